import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked, until } from '../support/history.js';
import { arrived } from '../support/moments.js';
import { abortBySignal } from '../support/starts.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

describe('a cancel that was asked for is sent before STILL_RUNNING is recorded', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('however short the timeout is', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const result = await (await world.start('cancelOperation', { name, timeout: 5 })).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.timesSent, 1);
    assert.equal(world.cancels(name), 1);
    assert.equal(result.operation?.done, false);
  });

  test('and the state after it counts', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const result = await (await world.start('cancelOperation', { name, timeout: 5 })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
  });

  test('and its refusal counts', async () => {
    const name = world.operation({ onCancel: { kind: 'refused' } });
    const result = await (await world.start('cancelOperation', { name, timeout: 5 })).result();
    assert.equal(result.outcome, 'NOT_CANCELLABLE');
    assert.equal(result.cancellation.status, 'REFUSED');
  });

  test('and its answer is awaited for ten seconds at most', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name, method: 'cancel' });
    const handle = await world.start('cancelOperation', { name, timeout: 5 });
    const result = await handle.result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.cancellation.status, 'REQUESTED');
    assert.equal(result.cancellation.timesSent, 0);
    assert.ok(world.cancels(name) >= 2, 'it is sent again in that time');
    const events = (await handle.fetchHistory()).events ?? [];
    const limits = events.flatMap(({ activityTaskScheduledEventAttributes: activity }) =>
      activity?.activityType?.name === 'cancelOperation' ? [Number(activity.scheduleToCloseTimeout?.seconds)] : [],
    );
    assert.ok(limits.every((seconds) => seconds === 10 || seconds === 9) && limits.length === 1, limits.join());
  });

  test('where the abort comes while the last poll is under way', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    // The first poll is answered at once, the last one, by get as well, late.
    world.emulator.fail({ kind: 'late-answer', afterMs: 1_500, name, method: 'get', skip: 1 });
    const handle = await world.start('watchOperation', { name, timeout: '3s' });
    await arrived(world, name, 'get', 2);
    await abortBySignal(handle, { reason: 'late' });
    const result = await handle.result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.cancellation.aborts, 1);
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(world.cancels(name), 1);
  });

  for (const beforeMs of [0, 50, 200, 500]) {
    test(`where the abort comes ${beforeMs} ms before the timeout`, async () => {
      const name = world.operation({ onCancel: { kind: 'ignored' } });
      const handle = await world.start('watchOperation', { name, timeout: '4s' });
      const { startTime } = await handle.describe();
      await until(
        async () => Date.now(),
        (now) => now >= startTime.getTime() + 4_000 - beforeMs,
      );
      // On a busy machine it may come after the end.
      await abortBySignal(handle).catch(() => undefined);
      const { outcome, cancellation } = await handle.result();
      assert.equal(outcome, 'STILL_RUNNING');
      assert.equal(cancellation.status, cancellation.aborts === 0 ? 'NOT_REQUESTED' : 'ACCEPTED');
      assert.equal(world.cancels(name), cancellation.aborts);
    });
  }

  test('where only the last poll shows the operation', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    // As many as are made before the timeout counts.
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name, method: 'get', times: 3 });
    const result = await (await world.start('cancelOperation', { name, timeout: 5 })).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.operation?.done, false);
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(world.cancels(name), 1);
  });

  test('unless no poll has shown the operation: it might be done, and the cancel would seem to have won', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name, method: 'get' });
    const result = await (await world.start('cancelOperation', { name, timeout: 5 })).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.operation, undefined);
    assert.equal(result.cancellation.status, 'REQUESTED');
    assert.equal(world.cancels(name), 0);
  });
});
