import { randomUUID } from 'node:crypto';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { BulkActivities, OperationActivities } from '../../../contract/activities.js';
import { readWorkerConfig } from '../../../config/worker-config.js';
import { workerOptions } from '../../../worker/worker-options.js';
import type { World } from '../world.js';

export type Activities = OperationActivities & BulkActivities;

/**
 * Runs a worker with some activities replaced, on a task queue of its own.
 *
 * @param more other options of the worker
 */
export async function withReplacedActivities<T>(
  { address, emulator }: World,
  replaced: Partial<Activities>,
  work: (taskQueue: string) => Promise<T>,
  more: Partial<WorkerOptions> = {},
): Promise<T> {
  const taskQueue = `replaced-${randomUUID()}`;
  const config = readWorkerConfig({
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
  });
  const connection = await NativeConnection.connect({ address });
  try {
    const options = workerOptions(config, connection);
    const activities = { ...options.activities, ...replaced };
    const worker = await Worker.create({ ...options, activities, ...more });
    return await worker.runUntil(() => work(taskQueue));
  } finally {
    await connection.close();
  }
}
