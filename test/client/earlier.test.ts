import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { until } from '../support/history.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';

describe('an earlier record', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  const executions = async (workflowId: string) => {
    const { workflowService, options } = world.client;
    const { executions: found } = await workflowService.listWorkflowExecutions({
      namespace: options.namespace,
      query: `WorkflowId = "${workflowId}"`,
    });
    return found.length;
  };

  for (const [outcome, onCancel] of [
    ['CANCELLED', { kind: 'wins', afterMs: 100 }],
    ['COMPLETED', { kind: 'loses', afterMs: 100 }],
    ['FAILED', { kind: 'fails', code: 10, message: 'deleted', afterMs: 100 }],
  ] as const)
    test(`of ${outcome} is what cancel and watch give, with who asked first, and nothing is started`, async () => {
      const name = world.operation({ onCancel });
      const first = await world.operations.cancel({ name, reason: 'budget', requestedBy: 'ops' });
      const result = await first.result();
      assert.deepEqual([first.origin, result.outcome, result.earlier], ['started', outcome, undefined]);
      for (const waitForWorker of [true, false])
        for (const again of [
          await world.operations.cancel({ name, reason: 'late' }, { waitForWorker }),
          await world.operations.watch({ name }, { waitForWorker }),
        ]) {
          assert.deepEqual([again.origin, again.runId], ['earlier', first.runId]);
          assert.deepEqual(await again.result(), { ...result, earlier: true });
        }
      await until(
        () => executions(first.workflowId),
        (count) => count > 0,
      );
      assert.equal(await executions(first.workflowId), 1);
      assert.equal(world.cancels(name), 1);
    });

  test('is none where the operation may still run, and where the caller wants to start again', async () => {
    const refused = world.operation({ onCancel: { kind: 'refused' } });
    const timedOut = world.operation({ onCancel: { kind: 'ignored' } });
    const ended = world.operation({ onCancel: { kind: 'wins' } });
    const inputs = [{ name: refused }, { name: timedOut, timeout: '1s' }, { name: ended }];
    for (const input of inputs) {
      const first = await world.operations.cancel(input);
      await first.result();
      const second = await world.operations.cancel(input, { again: input.name === ended });
      assert.equal(second.origin, 'started');
      assert.notEqual(second.runId, first.runId);
      await second.result();
    }
  });

  test('is none of an execution that failed or was terminated', async () => {
    const missing = world.operation({ visibleAfterMs: 3_600_000 });
    const terminated = world.operation();
    const failed = await world.operations.cancel({ name: missing, notFoundGrace: '1ms' });
    await assert.rejects(failed.result());
    const { workflowId } = await world.operations.watch({ name: terminated });
    await world.client.workflow.getHandle(workflowId).terminate();
    for (const name of [missing, terminated]) {
      const handle = await world.operations.watch({ name, notFoundGrace: '1ms', timeout: '1ms' });
      assert.equal(handle.origin, 'started');
      await handle.result().catch(() => undefined);
    }
  });

  test('is none of another operation, which somebody had followed under this id', async () => {
    const [name, done] = [world.operation({ onCancel: { kind: 'wins' } }), world.operation({ completesAfterMs: 0 })];
    const { taskQueue, client } = world;
    const workflowId = workflowIdOf(SERVICE, name);
    const memo = { operation: name };
    const forged = await client.workflow.start('watchOperation', {
      workflowId,
      taskQueue,
      memo,
      args: [{ name: done }],
    });
    await forged.result();
    const handle = await world.operations.cancel({ name });
    assert.equal(handle.origin, 'started');
    assert.equal((await handle.result()).cancellation.won, true);
  });

  test('is reported for an item of a bulk', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    await (await world.operations.cancel({ name })).result();
    const { results, started } = await (await world.operations.cancelAll({ names: [name] })).result();
    assert.deepEqual([results, started], [[{ name, outcome: 'CANCELLED', won: true, earlier: true }], 0]);
    assert.equal(world.cancels(name), 1);
  });
});

describe('adjust and poll of a handle', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  test('change the limits of a watch that was joined, and answer with the outcome once it has ended', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    await world.operations.watch({ name });
    const joined = await world.operations.watch({ name, abortAfter: '1ms' });
    assert.equal(joined.origin, 'joined');
    assert.equal((await joined.status()).abortAt, undefined, 'a join changes nothing');
    await joined.poll();
    await joined.adjust({ abortAfter: '1ms' });
    const { outcome, finishedAt } = await joined.result();
    const ended = await joined.adjust({ timeout: '1h' });
    assert.deepEqual([ended.state, ended.outcome, ended.finishedAt], ['DONE', outcome, finishedAt]);
    await assert.rejects(joined.poll(), { code: 'NOT_FOUND' });
  });

  test('reject bad input at once, with the name of the field', async () => {
    const handle = world.operations.getHandle('projects/p/locations/l/operations/1');
    // oxlint-disable-next-line promise/prefer-await-to-then -- both a throw and a rejection would do
    await assert.rejects(
      Promise.resolve().then(() => handle.adjust({ timeout: 'soon' })),
      {
        code: 'INVALID_ARGUMENT',
        message: /^timeout: must be a duration/,
      },
    );
  });
});
