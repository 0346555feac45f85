import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked, kindsOf, until } from '../../support/history.js';
import { answered, endAfter, timesOf } from '../../support/moments.js';
import { isAtLeast } from '../../support/pauses.js';
import { abortBySignal, updateWithStart } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('abortAfter', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('a watcher cancels an operation that runs longer', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
    const input = { name, abortAfter: '1500ms', reason: 'too long', requestedBy: 'cron' };
    const result = await (await world.start('watchOperation', input)).result();
    assert.equal(result.outcome, 'CANCELLED');
    const { status, won, aborts, timesSent, reason, requestedBy } = result.cancellation;
    assert.deepEqual(
      { status, won, aborts, timesSent, reason, requestedBy },
      { status: 'ACCEPTED', won: true, aborts: 1, timesSent: 1, reason: 'too long', requestedBy: 'cron' },
    );
    const [cancelledAt = 0] = timesOf(world, name, 'cancel');
    const late = cancelledAt - Date.parse(result.startedAt);
    assert.ok(isAtLeast(late, 1_500), `cancelled ${late} ms after the start`);
    assert.equal(result.polls, world.polls(name));
  });

  test('an operation that ends before is not cancelled', async () => {
    const name = world.operation();
    const handle = await world.start('watchOperation', { name, abortAfter: '1h' });
    await endAfter(world, name, 'poll', {});
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.cancellation.status, 'NOT_REQUESTED');
    assert.equal(result.cancellation.aborts, 0);
    assert.equal(world.cancels(name), 0);
  });

  test('an abort before it is the recorded one, and only one cancel is sent', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name, abortAfter: '10s', reason: 'too long' });
    await answered(world, name, 'poll');
    await abortBySignal(handle, { reason: 'by hand' });
    // The timer of abortAfter has fired without effect, or was cancelled.
    await until(
      () => kindsOf(handle),
      (kinds) => kinds.some((kind) => kind === 'timerFired' || kind === 'timerCanceled'),
    );
    world.emulator.complete(name, {});
    const { cancellation } = await handle.result();
    assert.equal(cancellation.reason, 'by hand');
    assert.equal(world.cancels(name), 1);
  });

  test('an abort after it adds to aborts only', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name, abortAfter: '500ms', reason: 'too long' });
    await answered(world, name, 'cancel');
    await updateWithStart(world, { name }, [{ reason: 'by hand' }]);
    world.emulator.complete(name, {});
    const { cancellation } = await handle.result();
    assert.equal(cancellation.aborts, 2);
    assert.equal(cancellation.reason, 'too long');
    assert.equal(world.cancels(name), 1);
  });

  test('after a refusal the operation is followed and the cancel is sent again', async () => {
    const name = world.operation({
      onCancel: { kind: 'refused', times: 1, afterwards: { kind: 'wins', afterMs: 200 } },
    });
    const input = { name, abortAfter: '500ms', resendCancelAfter: '1s' };
    const result = await (await world.start('watchOperation', input)).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.aborts, 1);
    assert.equal(result.cancellation.timesSent, 2);
  });

  test('the timeout counts from the start of the workflow, not from the abort', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const result = await (await world.start('watchOperation', { name, abortAfter: '1s', timeout: '12s' })).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.aborts, 1);
    const took = Date.parse(result.finishedAt) - Date.parse(result.startedAt);
    assert.ok(isAtLeast(took, 12_000), `it took ${took} ms`);
  });

  test('a watcher whose timeout comes first cancels nothing', async () => {
    const name = world.operation();
    const result = await (await world.start('watchOperation', { name, abortAfter: '1h', timeout: '1s' })).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.cancellation.status, 'NOT_REQUESTED');
    assert.equal(world.cancels(name), 0);
  });
});
