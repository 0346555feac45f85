import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createBulkActivities } from '../../activities/bulk/bulk-activities.js';
import { createActivities } from '../../activities/index.js';
import { createSemaphore } from '../../activities/semaphore.js';
import { createGoogleClient } from '../../config/google-client.js';
import { GoogleOperations } from '../../client/index.js';
import type { OperationResult } from '../../contract/result.js';
import { readWorkerConfig } from '../../config/worker-config.js';
import { workerOptions } from '../../worker/worker-options.js';
import { kindsOf, until } from '../support/history.js';
import { startWorld, type World } from '../support/world.js';

type Follow = (input: { name: string }) => Promise<OperationResult>;

// A tenth of a worker's slots, and of the attempts that may wait in them.
const SLOTS = 20;
const WAITING_ITEMS = 5;
const WAITING_ATTEMPTS = 10;

const startBulk = (world: World, taskQueue: string, names: string[]) =>
  world.client.workflow.start('cancelOperations', {
    workflowId: `bulk-${randomUUID()}`,
    taskQueue,
    args: [{ names, maxConcurrent: names.length }],
  });

/** Starts a worker with a tenth of the slots on a task queue of its own. */
async function startSmallWorker(t: TestContext, { address, emulator }: World): Promise<string> {
  const taskQueue = `small-${randomUUID()}`;
  const config = readWorkerConfig({
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
  });
  const connection = await NativeConnection.connect({ address });
  const options = await workerOptions(config, connection);
  assert.equal(options.maxConcurrentActivityTaskExecutions, 10 * SLOTS);
  const operations = createGoogleClient(config.google);
  const worker = await Worker.create({
    ...options,
    maxConcurrentActivityTaskExecutions: SLOTS,
    activities: {
      ...createActivities({ operations, maxWaitingAttempts: WAITING_ATTEMPTS }),
      ...createBulkActivities({
        operations,
        waitingItems: createSemaphore(WAITING_ITEMS),
        startingItems: createSemaphore(Number.POSITIVE_INFINITY),
      }),
    },
  });
  const done = worker.run();
  t.after(async () => {
    worker.shutdown();
    await done;
    await connection.close();
  });
  return taskQueue;
}

test('more items than there are activity slots leave some free: another operation is cancelled meanwhile', async (t) => {
  const world = await startWorld();
  t.after(() => world.close());
  const taskQueue = await startSmallWorker(t, world);
  const ignored = () => world.operation({ onCancel: { kind: 'ignored' } });
  const names = Array.from({ length: SLOTS + 2 }, ignored);
  const bulk = await startBulk(world, taskQueue, names);
  await world.emulator.waitFor(() => names.every((name) => world.cancels(name) > 0));
  const name = world.operation();
  await world.client.workflow.execute('cancelOperation', {
    workflowId: `single-${randomUUID()}`,
    taskQueue,
    args: [{ name }],
  });
  assert.ok(names.every((other) => world.emulator.operation(other).state.phase !== 'done'));
  await bulk.terminate();
  for (const other of names) world.emulator.complete(other);
});

test('items whose ids are held on a task queue without a worker leave slots free, too', async (t) => {
  const world = await startWorld();
  t.after(() => world.close());
  const taskQueue = await startSmallWorker(t, world);
  const nobody = new GoogleOperations(world.client, { taskQueue: `nobody-${randomUUID()}` });
  const names = Array.from({ length: SLOTS + 2 }, () => world.operation());
  const squatted = await Promise.all(names.map((name) => nobody.watch({ name }, { waitForWorker: false })));
  const bulk = await startBulk(world, taskQueue, names);
  // Each has its abort, so that every item waits for its end.
  for (const { workflowId } of squatted)
    await until(
      () => kindsOf(world.client.workflow.getHandle(workflowId) as never),
      (kinds) => kinds.includes('workflowExecutionSignaled'),
    );
  const name = world.operation();
  const result = await world.client.workflow.execute<Follow>('cancelOperation', {
    workflowId: `single-${randomUUID()}`,
    taskQueue,
    args: [{ name }],
  });
  assert.equal(result.outcome, 'CANCELLED');
  assert.equal((await bulk.describe()).status.name, 'RUNNING');
  await bulk.terminate();
});

test('a worker stops while items are awaited, and does not wait for them', async () => {
  const world = await startWorld();
  let stopped = false;
  try {
    const names = Array.from({ length: 3 }, () => world.operation({ onCancel: { kind: 'ignored' } }));
    await startBulk(world, world.taskQueue, names);
    await world.emulator.waitFor(() => names.every((name) => world.cancels(name) > 0));
    stopped = true;
    // A worker has eight seconds for running attempts, and fails if they take longer.
    await world.close();
  } finally {
    if (!stopped) await world.close();
  }
});
