import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked, eventsOf, timersOf, until } from '../../support/history.js';
import { answered, timesOf } from '../../support/moments.js';
import { isAtLeast, pausesOf } from '../../support/pauses.js';
import { abortBySignal } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('a cancel is sent again while the operation is running', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('after resendCancelAfter, which doubles each time, and each answer counts', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name, resendCancelAfter: '600ms' });
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 3,
    );
    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.timesSent, 3);
    assert.equal(world.cancels(name), 3);
    const [first, second] = pausesOf(world, name, 'cancel');
    assert.ok(isAtLeast(first, 600) && isAtLeast(second, 1_200), `after ${first} and ${second} ms`);
    assert.equal(result.cancellation.aborts, 1, 'a resend is no abort');
    assert.equal(result.polls, world.polls(name));
  });

  test('which does not restart awaitOperation, and costs eleven events', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' }, waitSupported: 'unimplemented' });
    const handle = await world.start('cancelOperation', { name, resendCancelAfter: '500ms' });
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 4,
    );
    world.emulator.complete(name, { error: { code: 1 } });
    await handle.result();
    const events = await eventsOf(handle);
    const scheduled = events.flatMap(({ activityTaskScheduledEventAttributes: activity }) =>
      activity ? [activity.activityType?.name] : [],
    );
    assert.equal(scheduled.filter((type) => type === 'awaitOperation').length, 1);
    const [, , third = 0, fourth = 0] = events.flatMap(({ activityTaskScheduledEventAttributes }, at) =>
      activityTaskScheduledEventAttributes?.activityType?.name === 'cancelOperation' ? [at] : [],
    );
    assert.equal(fourth - third, 11);
  });

  test('never with resendCancelAfter 0', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const result = await (await world.start('cancelOperation', { name, resendCancelAfter: 0, timeout: '8s' })).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(world.cancels(name), 1);
  });

  test('after five minutes by default', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name });
    const timers = await until(
      () => timersOf(handle),
      (all) => all.length > 0,
    );
    assert.ok(
      timers.every((ms) => ms > 240_000 && ms <= 300_000),
      `timers of ${String(timers)} ms`,
    );
    world.emulator.complete(name, {});
    await handle.result();
    assert.equal(world.cancels(name), 1);
  });

  test('not sooner because of more aborts', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name, resendCancelAfter: '2s' });
    await answered(world, name, 'cancel');
    for (let count = 0; count < 3; count++) await abortBySignal(handle);
    await answered(world, name, 'cancel', 2);
    const [pause] = pausesOf(world, name, 'cancel');
    assert.ok(isAtLeast(pause, 2_000), `sent again after ${pause} ms`);
    assert.equal((await timersOf(handle))[0], 2_000, 'the timer that the first answer started');
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 2,
    );
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.equal(result.cancellation.aborts, 4);
    assert.equal(result.cancellation.timesSent, 2);
  });

  test('and the second one may win', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    // The first one is accepted and has no effect: best effort.
    world.emulator.fail({ kind: 'text', status: 200, body: '{}', name, method: 'cancel', times: 1 });
    const result = await (await world.start('cancelOperation', { name, resendCancelAfter: '1s' })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.timesSent, 2);
  });

  test('but not once it is final', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const result = await (await world.start('cancelOperation', { name, resendCancelAfter: '10ms' })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.timesSent, world.cancels(name));
    const end = Date.parse(result.finishedAt);
    assert.ok(timesOf(world, name, 'cancel').every((at) => at <= end));
  });
});
