import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.js';
import { createGoogleClient } from '../../config/google-client.js';
import { GoogleOperations } from '../../client/index.js';
import type { OperationResult } from '../../contract/result.js';
import { readWorkerConfig } from '../../config/worker-config.js';
import { workerOptions } from '../../worker/worker-options.js';
import { eventsOf, type HistoryEvent, kindsOf, until } from '../support/history.js';
import { type Handle, startWorld, type World } from '../support/world.js';

type Follow = (input: { name: string }) => Promise<OperationResult>;

/** Activity slots of a worker, a tenth of the usual number. */
const SLOTS = 20;

const startBulk = (world: World, taskQueue: string, names: string[]) =>
  world.client.workflow.start('cancelOperations', {
    workflowId: `bulk-${randomUUID()}`,
    taskQueue,
    args: [{ names, maxConcurrent: names.length }],
  });

/** Starts a worker with few slots on a task queue of its own, and by default tells its activities how many. */
async function startSmallWorker(
  t: TestContext,
  { address, emulator }: World,
  { slots = SLOTS, areKnown = true } = {},
): Promise<string> {
  const taskQueue = `small-${randomUUID()}`;
  const config = readWorkerConfig({
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
  });
  const connection = await NativeConnection.connect({ address });
  const options = await workerOptions(config, connection);
  const operations = createGoogleClient(config.google);
  const worker = await Worker.create({
    ...options,
    maxConcurrentActivityTaskExecutions: slots,
    activities: { ...createActivities({ operations, activitySlots: areKnown ? slots : undefined }) },
  });
  const done = worker.run();
  t.after(async () => {
    worker.shutdown();
    await done;
    await connection.close();
  });
  return taskQueue;
}

/** The most activities of a type that were scheduled and had not ended. */
function mostAtOnce(events: readonly HistoryEvent[], type: string): number {
  const ids = new Set<string>();
  let most = 0;
  for (const { eventId, activityTaskScheduledEventAttributes: scheduled, ...event } of events) {
    if (scheduled?.activityType?.name === type) ids.add(String(eventId));
    ids.delete(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
    most = Math.max(most, ids.size);
  }
  return most;
}

test('more items than there are activity slots are begun ten at a time and leave some free: another operation is cancelled meanwhile', async (t) => {
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
  assert.equal(mostAtOnce(await eventsOf(bulk as WorkflowHandle as Handle), 'cancelItem'), 10);
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

test('long polls never hold all slots of a worker, though it has one and its activities do not know', async (t) => {
  const world = await startWorld();
  t.after(() => world.close());
  const taskQueue = await startSmallWorker(t, world, { slots: 1, areKnown: false });
  const operations = new GoogleOperations(world.client, { taskQueue });
  const names = Array.from({ length: 5 }, () => world.operation());
  await Promise.all(names.map((name) => operations.watch({ name })));
  // Each is polled again and again by then, so that nobody holds the slot for long.
  await world.emulator.waitFor(() => names.every((name) => world.polls(name) > 3));
  const cancelled = world.operation();
  const handle = await operations.cancel({ name: cancelled });
  assert.equal((await handle.result()).outcome, 'CANCELLED');
  const longPolls = names.flatMap((name) => world.emulator.requests(name, 'wait'));
  assert.deepEqual(longPolls, []);
  await Promise.all(names.map((name) => operations.getHandle(name).abort({}, { waitForWorker: false })));
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
