import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked, kindsOf, until } from '../../support/history.js';
import { answered, endAfter } from '../../support/moments.js';
import { abortBySignal } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe("Temporal's own cancellation is an abort", TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('a watcher that is cancelled cancels the operation, follows it, closes as Completed and returns', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 500 } });
    const handle = await world.start('watchOperation', { name, reason: 'nightly', requestedBy: 'cron' });
    await answered(world, name, 'poll');
    await handle.cancel();
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    const { status, won, aborts, timesSent, reason, requestedBy } = result.cancellation;
    // The starter's name and reason would say that the starter cancelled it.
    assert.deepEqual(
      { status, won, aborts, timesSent, reason, requestedBy },
      {
        status: 'ACCEPTED',
        won: true,
        aborts: 1,
        timesSent: 1,
        reason: 'the workflow was cancelled',
        requestedBy: undefined,
      },
    );
    assert.equal(world.cancels(name), 1);
    const { status: closed, memo } = await handle.describe();
    assert.equal(closed.name, 'COMPLETED');
    assert.equal(memo?.['outcome'], 'CANCELLED');
    assert.equal(result.polls, world.polls(name));
  });

  test('it proves nothing: an operation that completes is COMPLETED', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'poll');
    await handle.cancel();
    await endAfter(world, name, 'cancel', {});
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.cancellation.won, false);
    assert.equal((await handle.describe()).status.name, 'COMPLETED');
  });

  test('a cancelOperation that is cancelled goes on, with one more abort', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name, reason: 'budget' });
    await answered(world, name, 'cancel');
    await handle.cancel();
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.aborts === 2,
    );
    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.reason, 'budget');
    assert.equal(world.cancels(name), 1);
    assert.equal((await handle.describe()).status.name, 'COMPLETED');
  });

  test('a workflow that is cancelled before its first task cancels the operation too', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 200 } });
    const handle = await world.start('watchOperation', { name });
    await handle.cancel();
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.aborts, 1);
    assert.equal((await handle.describe()).status.name, 'COMPLETED');
  });

  test('the cancel is sent once the operation is visible', async () => {
    const name = world.operation({ visibleAfterMs: 1_500, onCancel: { kind: 'wins' } });
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'get');
    await handle.cancel();
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
  });

  test('other aborts before or after it only add to aborts', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'poll');
    await abortBySignal(handle, { reason: 'first' });
    await answered(world, name, 'cancel');
    await handle.cancel();
    await handle.cancel();
    await abortBySignal(handle, { reason: 'third' });
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.aborts >= 3,
    );
    world.emulator.complete(name, {});
    const { cancellation } = await handle.result();
    assert.equal(cancellation.reason, 'first');
    assert.equal(world.cancels(name), 1);
    const requests = (await kindsOf(handle)).filter((kind) => /Signaled|CancelRequested/.test(kind));
    assert.equal(cancellation.aborts, requests.length);
  });

  test('a timeout still ends a workflow that was cancelled', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name, timeout: '12s' });
    await answered(world, name, 'poll');
    await handle.cancel();
    const result = await handle.result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal((await handle.describe()).status.name, 'COMPLETED');
  });
});
