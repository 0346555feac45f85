import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { GoogleOperationsPlugin } from 'temporal-lro';

const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] });
try {
  const worker = await Worker.create({
    connection,
    taskQueue: 'training',
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    plugins: [new GoogleOperationsPlugin()],
  });
  await worker.run();
} finally {
  await connection.close();
}
