import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createPlainActivities } from './plain-activities.js';

const { TEMPORAL_ADDRESS: address, TEMPORAL_TASK_QUEUE: taskQueue, OPERATIONS_EMULATOR_HOST: host } = process.env;
if (address === undefined || taskQueue === undefined || host === undefined) {
  throw new Error('The plain worker needs TEMPORAL_ADDRESS, TEMPORAL_TASK_QUEUE and OPERATIONS_EMULATOR_HOST');
}

Runtime.install({
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
});
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./plain-workflow.js', import.meta.url)),
  activities: createPlainActivities(host),
  // The slots and the cache are those of the worker that it is compared with.
  maxConcurrentActivityTaskExecutions: 200,
  maxConcurrentWorkflowTaskExecutions: 100,
  maxCachedWorkflows: 500,
});
const done = worker.run();
process.stderr.write('{"msg":"ready"}\n');
await done;
