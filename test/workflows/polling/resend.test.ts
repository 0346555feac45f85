import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked, eventsOf, until } from '../../support/history.js';
import { answered, intervalsOf, timesOf } from '../../support/moments.js';
import { abortBySignal } from '../../support/starts.js';
import { type Handle, startWorld, TOGETHER, type World } from '../../support/world.js';

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
    const [first = 0, second = 0] = intervalsOf(timesOf(world, name, 'cancel'));
    // The first cancel is followed by a few seconds of polls, and Temporal's timers are up to a second late.
    assert.ok(first >= 600 && first < 4_000, `first after ${first} ms`);
    assert.ok(second >= 1_200 && second < 4_000, `second after ${second} ms`);
    assert.equal(result.cancellation.aborts, 1, 'a resend is no abort');
    assert.equal(result.polls, world.looks(name));
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
    const result = await (
      await world.start('cancelOperation', { name, resendCancelAfter: 0, timeout: '3s' })
    ).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(world.cancels(name), 1);
  });

  test('after five minutes by default', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name });
    const seconds = await until(
      () => timersOf(handle),
      (timers) => timers.length > 0,
    );
    assert.ok(
      seconds.every((one) => one > 295 && one <= 300),
      `a timer of ${String(seconds)} s`,
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
    const [interval = 0] = intervalsOf(timesOf(world, name, 'cancel'));
    assert.ok(interval >= 2_000 && interval < 4_000, `sent again after ${interval} ms`);
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
    world.emulator.fail({ kind: 'status', code: 'OK', httpStatus: 200, name, method: 'cancel', times: 1 });
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

/** The timers that a workflow started, in seconds. */
async function timersOf(handle: Handle): Promise<number[]> {
  return (await eventsOf(handle)).flatMap(({ timerStartedEventAttributes: timer }) =>
    timer ? [Number(timer.startToFireTimeout?.seconds ?? 0)] : [],
  );
}
