import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Cancellation, OperationStatus } from '../../../contract/result.js';
import { closeChecked, until } from '../../support/history.js';
import { answered, arrived } from '../../support/moments.js';
import { abortBySignal, abortByUpdate } from '../../support/starts.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../../support/world.js';

const NOBODY_ASKED: Cancellation = { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 };

describe('the status query', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('is PENDING until the operation is seen', async () => {
    const name = world.operation({ visibleAfterMs: 3_600_000 });
    const handle = await world.start('watchOperation', { name, notFoundGrace: '2s' });
    await answered(world, name, 'get');
    const { startedAt, ...status } = await world.status(handle);
    assert.deepEqual(status, {
      state: 'PENDING',
      name,
      service: SERVICE,
      cancellation: NOBODY_ASKED,
      polls: status.polls,
    });
    assert.match(startedAt, /Z$/);
    await assert.rejects(handle.result());
  });

  test('is WATCHING without an abort, then CANCELLING, then DONE with the outcome', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' }, metadata: { '@type': 'x', step: 1 } });
    const handle = await world.start('watchOperation', { name, reason: 'not used yet' });
    await arrived(world, name, 'wait');
    const watching = await world.status(handle);
    assert.deepEqual(watching, {
      state: 'WATCHING',
      name,
      service: SERVICE,
      cancellation: NOBODY_ASKED,
      operation: { name, done: false, metadata: { '@type': 'x', step: 1 } },
      polls: 1,
      startedAt: watching.startedAt,
    } satisfies OperationStatus);

    const aborted = await abortByUpdate(handle, { reason: 'budget', requestedBy: 'ops' });
    assert.equal(aborted.state, 'CANCELLING');
    assert.equal(aborted.cancellation.aborts, 1);
    assert.equal(aborted.cancellation.won, false);
    const cancelling = await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 1,
    );
    assert.equal(cancelling.state, 'CANCELLING');
    assert.equal(cancelling.cancellation.status, 'ACCEPTED');
    assert.equal(cancelling.outcome, undefined);
    assert.equal('outcome' in cancelling, false);

    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    const done = await world.status(handle);
    assert.deepEqual(done, {
      state: 'DONE',
      name,
      service: SERVICE,
      cancellation: result.cancellation,
      operation: result.operation,
      polls: result.polls,
      startedAt: result.startedAt,
      outcome: 'CANCELLED',
      evidence: 'error.code',
      wasAlreadyDone: false,
      finishedAt: result.finishedAt,
    });
  });

  test('of a cancel is CANCELLING once the operation was seen, and REQUESTED until Google answers', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'late-answer', afterMs: 4_000, name, method: 'cancel' });
    const handle = await world.start('cancelOperation', { name, reason: 'budget' });
    await arrived(world, name, 'cancel');
    const status = await world.status(handle);
    assert.equal(status.state, 'CANCELLING');
    assert.equal(status.cancellation.status, 'REQUESTED');
    assert.equal(status.cancellation.reason, 'budget');
    assert.equal(status.cancellation.timesSent, 0);
    assert.match(status.cancellation.requestedAt ?? '', /Z$/);
    assert.equal(status.cancellation.acceptedAt, undefined);
    assert.equal((await handle.result()).cancellation.won, true);
  });

  test('has no null, and no field without a value', async () => {
    const name = world.operation({ onCancel: { kind: 'refused' } });
    const handle = await world.start('cancelOperation', { name, whenNotCancellable: 'follow' });
    const status = await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 1,
    );
    assert.doesNotMatch(JSON.stringify(status), /null/);
    assert.deepEqual(Object.keys(status.cancellation).toSorted(), [
      'aborts',
      'error',
      'requestedAt',
      'requests',
      'status',
      'timesSent',
      'won',
    ]);
    world.emulator.complete(name, {});
    assert.doesNotMatch(JSON.stringify(await handle.result()), /null/);
  });

  test('has the outcome of every workflow that ended', async () => {
    const refused = world.operation({ onCancel: { kind: 'refused' } });
    const runs = world.operation({ onCancel: { kind: 'ignored' } });
    const done = world.operation({ completesAfterMs: 0 });
    const ends = [
      [await world.start('cancelOperation', { name: refused }), 'NOT_CANCELLABLE'],
      [await world.start('cancelOperation', { name: runs, timeout: '1s' }), 'STILL_RUNNING'],
      [await world.start('watchOperation', { name: done }), 'COMPLETED'],
    ] as const;
    for (const [handle, outcome] of ends) {
      await handle.result();
      const status = await world.status(handle);
      assert.equal(status.state, 'DONE');
      assert.equal(status.outcome, outcome);
    }
  });

  test('counts concurrent aborts', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'poll');
    await Promise.all(Array.from({ length: 10 }, () => abortBySignal(handle)));
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.aborts === 10,
    );
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).cancellation.aborts, 10);
  });
});
