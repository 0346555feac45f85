import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { abort, cancel, cancelMany, outcome, signalAbort, status, watch } from '../../client/index.js';
import { until } from '../support/history.js';
import { startWorld, type World } from '../support/world.js';

describe('the client library, many at once and without a worker', { concurrency: true }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());
  const here = () => ({ taskQueue: world.taskQueue });

  test('cancelMany cancels what it is given, tells its progress and returns the counts', async () => {
    const ignored = world.operation({ onCancel: { kind: 'ignored' } });
    const names = [world.operation(), ignored];
    const many = await cancelMany(world.client, { names, reason: 'clean up' }, here());
    let progress = await many.progress();
    while (progress.outcomes.CANCELLED !== 1) progress = await many.progress();
    assert.deepEqual([progress.underWay, progress.matched], [[ignored], 2]);
    world.emulator.complete(ignored);
    assert.deepEqual(await many.outcome(), {
      matched: 2,
      started: 2,
      outcomes: { CANCELLED: 1, COMPLETED: 1 },
      failures: [],
      names,
    });
  });

  test('cancelMany with an id joins what runs under it; without, each call is a workflow of its own', async () => {
    const ignored = world.operation({ onCancel: { kind: 'ignored' } });
    const options = { ...here(), workflowId: `many-${randomUUID()}` };
    const [one, other] = await Promise.all([
      cancelMany(world.client, { names: [ignored] }, options),
      cancelMany(world.client, { names: [ignored] }, options),
    ]);
    assert.deepEqual([one.workflowId, one.runId], [options.workflowId, other.runId]);
    const third = await cancelMany(world.client, { names: [ignored] }, here());
    assert.notEqual(third.workflowId, one.workflowId);
    await until(
      () => third.progress(),
      ({ started }) => started === 1,
    );
    world.emulator.complete(ignored);
    assert.deepEqual((await one.outcome()).outcomes, { COMPLETED: 1 });
    assert.deepEqual((await third.outcome()).outcomes, { COMPLETED: 1 });
  });

  test('cancelMany refuses bad input before anything is started, by the name of the field', async () => {
    for (const [input, message] of [
      [{}, /^input: /],
      [{ names: [], reason: 'x' }, /^names: /],
      [{ parent: '../x' }, /^parent: /],
      [{ parent: 'a/b', maxConcurrent: 0 }, /^maxConcurrent: /],
    ] as const) {
      const given = structuredClone(input) as Parameters<typeof cancelMany>[1];
      await assert.rejects(cancelMany(world.client, given, here()), { code: 'INVALID_ARGUMENT', message });
    }
  });

  test('cancelMany says how it ended without an outcome', async () => {
    const parent = 'projects/p/locations/us-central1';
    const failing = await cancelMany(world.client, { parent, filter: 'nonsense' }, here());
    await assert.rejects(failing.outcome(), { code: 'FAILED', failureType: 'INVALID_ARGUMENT' });
    const names = [world.operation({ onCancel: { kind: 'ignored' } })];
    const ended = await cancelMany(world.client, { names }, here());
    await world.client.workflow.getHandle(ended.workflowId).terminate();
    await assert.rejects(ended.outcome(), { code: 'TERMINATED', message: new RegExp(ended.workflowId) });
  });

  test('a cancel until kept returns without a worker, and is one abort', async () => {
    const name = world.operation();
    const nobody = { taskQueue: `nobody-${randomUUID()}` };
    const kept = await cancel(world.client, { name, reason: 'budget' }, { ...nobody, until: 'kept' });
    assert.equal(kept.status, undefined);
    const description = await world.client.workflow.getHandle(kept.workflowId).describe();
    assert.equal(description.status.name, 'RUNNING');
    await world.client.workflow.getHandle(kept.workflowId).terminate();

    const followed = await cancel(world.client, { name, reason: 'budget' }, { ...here(), until: 'kept' });
    const result = await followed.outcome();
    assert.deepEqual(
      [result.outcome, result.cancellation.aborts, result.cancellation.reason],
      ['CANCELLED', 1, 'budget'],
    );
  });

  test('a cancel until kept of what is watched aborts the watcher', async () => {
    const name = world.operation();
    const watcher = await watch(world.client, { name }, here());
    const canceller = await cancel(world.client, { name }, { ...here(), until: 'kept' });
    assert.equal(canceller.runId, watcher.runId);
    assert.equal((await canceller.outcome()).outcome, 'CANCELLED');
  });

  test('an abort by signal is kept; a bad field and an unknown operation are refused', async () => {
    const name = world.operation();
    await watch(world.client, { name }, here());
    const bad = { reason: 'x'.repeat(2_000) };
    await assert.rejects(signalAbort(world.client, { name }, bad), {
      code: 'INVALID_ARGUMENT',
      message: /^reason: /,
    });
    assert.equal((await status(world.client, { name })).cancellation.aborts, 0);
    await signalAbort(world.client, { name }, { reason: 'budget' });
    assert.equal((await outcome(world.client, { name })).cancellation.reason, 'budget');
    await assert.rejects(signalAbort(world.client, { name }), { code: 'NOT_FOUND' });
    assert.equal((await abort(world.client, { name })).state, 'DONE');
  });
});
