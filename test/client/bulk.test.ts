import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { CancelOperationsInput, GoogleOperations } from '../../client/index.js';
import { until } from '../support/history.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

describe('GoogleOperations.cancelAll', TOGETHER, () => {
  let world: World;
  let operations: GoogleOperations;
  before(async () => {
    world = await startWorld();
    ({ operations } = world);
  });
  after(() => world.close());

  test('cancels the operations of its names, shows its progress and returns the counts', async () => {
    const [cancelled, ignored] = [world.operation(), world.operation({ onCancel: { kind: 'ignored' } })];
    const names = [cancelled, ignored];
    const bulk = await operations.cancelAll({ names, reason: 'clean up' });
    const progress = await until(
      () => bulk.progress(),
      ({ outcomes }) => outcomes.CANCELLED === 1,
    );
    assert.deepEqual([progress.underWay, progress.matched], [[ignored], 2]);
    world.emulator.complete(ignored);
    const counts = {
      matched: 2,
      started: 2,
      outcomes: { CANCELLED: 1, COMPLETED: 1 },
      failures: [],
      results: [
        { name: cancelled, outcome: 'CANCELLED', won: true },
        { name: ignored, outcome: 'COMPLETED', won: false },
      ],
      names,
      unreachable: [],
      unknownAge: 0,
    };
    assert.deepEqual(await bulk.result(), counts);
    assert.deepEqual(await operations.getBulkHandle(bulk.workflowId).result(), counts);
  });

  test('repeated tries with one request id are one workflow, after its end too; without one, each call starts its own', async () => {
    const ignored = world.operation({ onCancel: { kind: 'ignored' } });
    const requestId = randomUUID();
    const input = { names: [ignored] };
    const [one, other] = await Promise.all([
      operations.cancelAll(input, { requestId }),
      operations.cancelAll(input, { requestId }),
    ]);
    assert.deepEqual([one.workflowId, one.runId], [other.workflowId, other.runId]);
    const third = await operations.cancelAll(input);
    assert.notEqual(third.workflowId, one.workflowId);
    await until(
      () => third.progress(),
      ({ started }) => started === 1,
    );
    world.emulator.complete(ignored);
    assert.deepEqual((await one.result()).outcomes, { COMPLETED: 1 });
    assert.deepEqual((await third.result()).outcomes, { COMPLETED: 1 });
    const late = await operations.cancelAll(input, { requestId });
    assert.deepEqual(await late.result(), await one.result());
    assert.equal(late.workflowId, one.workflowId);
  });

  test('cancel begins no more cancellations, and the result has those under way', async () => {
    const names = [1, 2, 3].map(() => world.operation({ onCancel: { kind: 'ignored' } }));
    const bulk = await operations.cancelAll({ names, maxConcurrent: 1 });
    const { underWay } = await until(
      () => bulk.progress(),
      ({ started }) => started === 1,
    );
    await bulk.cancel();
    await until(
      () => bulk.progress(),
      ({ stopping }) => stopping,
    );
    for (const name of underWay) world.emulator.complete(name);
    const { started, outcomes } = await bulk.result();
    assert.deepEqual([started, outcomes], [1, { COMPLETED: 1 }]);
    await bulk.cancel();
    assert.deepEqual((await bulk.result()).outcomes, outcomes, 'a cancel of what has ended changes nothing');
  });

  test('refuses bad input before anything is started, by the name of the field', async () => {
    for (const [input, message] of [
      [{}, /^input: /],
      [{ names: [], reason: 'x' }, /^names: /],
      [{ parent: '../x' }, /^parent: /],
      [{ parent: 'a/b', maxConcurrent: 0 }, /^maxConcurrent: /],
    ] as const) {
      const given = structuredClone(input) as CancelOperationsInput;
      await assert.rejects(operations.cancelAll(given), { code: 'INVALID_ARGUMENT', message });
    }
  });

  test('a workflow without a result says why there is none', async () => {
    const parent = 'projects/p/locations/us-central1';
    const failing = await operations.cancelAll({ parent, filter: 'nonsense' });
    await assert.rejects(failing.result(), { code: 'FAILED', failureType: 'INVALID_ARGUMENT' });
    const names = [world.operation({ onCancel: { kind: 'ignored' } })];
    const ended = await operations.cancelAll({ names });
    await world.client.workflow.getHandle(ended.workflowId).terminate();
    await assert.rejects(ended.result(), { code: 'TERMINATED', message: new RegExp(ended.workflowId) });
    const unknown = operations.getBulkHandle('cancel-operations-unknown');
    for (const ask of ['result', 'progress', 'cancel'] as const)
      await assert.rejects(unknown[ask](), { code: 'NOT_FOUND', message: /cancel-operations-unknown/ });
  });
});
