import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { GoogleOperations } from '../../client/index.js';
import { createLogger, readWorkerConfig, startWorker } from '../../worker/index.js';
import { kindsOf, until } from '../support/history.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

describe('an item that is watched on a task queue without a worker', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  test('does not keep the others from being cancelled, and the bulk from ending when it is cancelled', async () => {
    const [stalled, other] = [world.operation(), world.operation()];
    const taskQueue = `nobody-${randomUUID()}`;
    const elsewhere = new GoogleOperations(world.client, { taskQueue });
    const watcher = await elsewhere.watch({ name: stalled }, { waitForWorker: false });

    const bulk = await world.operations.cancelAll({ names: [stalled, other], maxConcurrent: 1 });
    await until(
      () => bulk.progress(),
      ({ outcomes }) => outcomes['CANCELLED'] === 1,
    );
    await bulk.cancel();
    const { started, outcomes, failures } = await bulk.result();
    assert.deepEqual([started, outcomes], [2, { CANCELLED: 1 }]);
    assert.deepEqual(
      failures.map(({ name, type }) => ({ name, type })),
      [{ name: stalled, type: 'UNAVAILABLE' }],
    );

    // The abort is stored once, and carried out once a worker is there.
    const workflow = world.client.workflow.getHandle(watcher.workflowId);
    const messages = (await kindsOf(workflow as never)).filter((kind) => /Signaled|Update/.test(kind));
    assert.deepEqual(messages, ['workflowExecutionSignaled']);
    const config = readWorkerConfig({
      TEMPORAL_ADDRESS: world.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: world.emulator.host,
      LOG_LEVEL: 'error',
    });
    const worker = await startWorker(config, { log: await createLogger(config.log) });
    const { outcome, cancellation } = await watcher.result();
    await worker.stop();
    assert.deepEqual([outcome, cancellation.aborts], ['CANCELLED', 1]);
  });

  test('is in the result where a worker takes it before the bulk is cancelled', async () => {
    const name = world.operation();
    const taskQueue = `late-${randomUUID()}`;
    const late = new GoogleOperations(world.client, { taskQueue });
    await late.watch({ name }, { waitForWorker: false });
    const bulk = await world.operations.cancelAll({ names: [name] });
    const handle = world.client.workflow.getHandle(bulk.workflowId);
    await until(
      () => kindsOf(handle as never),
      (kinds) => kinds.filter((kind) => kind === 'activityTaskScheduled').length === 3,
    );
    const config = readWorkerConfig({
      TEMPORAL_ADDRESS: world.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: world.emulator.host,
      LOG_LEVEL: 'error',
    });
    const worker = await startWorker(config, { log: await createLogger(config.log) });
    assert.deepEqual((await bulk.result()).outcomes, { CANCELLED: 1 });
    await worker.stop();
  });
});
