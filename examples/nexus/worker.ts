import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { cancelElsewhere } from './workflows.js';

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
const [name = '', reason = 'budget'] = process.argv.slice(2);
const taskQueue = 'nexus-callers';

const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
});
const client = new Client({ connection: await Connection.connect({ address }), namespace });
const { outcome, cancellation } = await worker.runUntil(
  client.workflow.execute<typeof cancelElsewhere>('cancelElsewhere', {
    workflowId: `cancel-elsewhere:${name}`,
    taskQueue,
    args: [name, reason],
  }),
);
process.stdout.write(`${outcome} ${cancellation.won}\n`);
await client.connection.close();
