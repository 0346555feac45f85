import { randomUUID } from 'node:crypto';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { BulkActivities, OperationActivities } from '../../../contract/activities.js';
import { readWorkerConfig } from '../../../config/worker-config.js';
import { workerOptions } from '../../../worker/worker-options.js';
import type { World } from '../world.js';

export type Activities = OperationActivities & BulkActivities;

/** Works with a worker some of whose activities are others, on a task queue of its own: for what the real ones rarely do. */
export async function withOther<T>(
  { address, emulator }: World,
  others: Partial<Activities>,
  work: (taskQueue: string) => Promise<T>,
  more: Partial<WorkerOptions> = {},
): Promise<T> {
  const taskQueue = `other-${randomUUID()}`;
  const config = readWorkerConfig({
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
  });
  const connection = await NativeConnection.connect({ address });
  try {
    const options = workerOptions(config, connection);
    const activities = { ...options.activities, ...others };
    const worker = await Worker.create({ ...options, activities, ...more });
    return await worker.runUntil(() => work(taskQueue));
  } finally {
    await connection.close();
  }
}
