import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked, kindsOf } from '../../support/history.js';
import { answered } from '../../support/moments.js';
import { abortBySignal } from '../../support/starts.js';
import { type Handle, startWorld, TOGETHER, type World } from '../../support/world.js';

// A busy machine takes seconds for what comes before the time is up.
describe('timeout', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  /** The result of a workflow that ran for its timeout. */
  async function stillRunning(handle: Handle, timeout: number) {
    const result = await handle.result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.wasAlreadyDone, false);
    assert.equal(result.cancellation.won, false);
    const took = Date.parse(result.finishedAt) - Date.parse(result.startedAt);
    assert.ok(took >= timeout, `it took ${took} ms`);
    return result;
  }

  /** On a busy machine the report of a poll that ends just before the timeout comes after it. */
  function assertCounted(name: string, polls: number) {
    const uncounted = world.polls(name) - polls;
    assert.ok(uncounted === 0 || uncounted === 1, `${uncounted} polls are not counted`);
  }

  for (const [how, waitSupported] of [
    ['wait', true],
    ['get', 'unimplemented'],
    ['a wait that returns at once', 'returns-at-once'],
  ] as const) {
    for (const timeout of [9_500, 12_400] as const) {
      test(`an operation that does not end is STILL_RUNNING after ${timeout} ms, polled by ${how}`, async () => {
        const name = world.operation(
          { onCancel: { kind: 'ignored' }, waitSupported },
          { collection: how.replaceAll(' ', '') },
        );
        const handle = await world.start('cancelOperation', { name, timeout });
        const result = await stillRunning(handle, timeout);
        assert.equal(result.operation?.done, false);
        assert.equal(result.cancellation.status, 'ACCEPTED');
        assert.equal(result.cancellation.timesSent, 1);
        assertCounted(name, result.polls);
      });
    }
  }

  test('a watcher stops too, and cancels nothing', async () => {
    const name = world.operation();
    const result = await stillRunning(await world.start('watchOperation', { name, timeout: '8s' }), 8_000);
    assert.deepEqual(result.cancellation, { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 });
    assert.equal(result.operation?.done, false);
    assert.equal(world.cancels(name), 0);
  });

  test('an operation that was never seen by then is STILL_RUNNING without an operation', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name });
    const result = await stillRunning(await world.start('cancelOperation', { name, timeout: '2s' }), 2_000);
    assert.equal(result.operation, undefined);
    assert.equal('operation' in result, false, 'left out, not null');
    assert.equal(result.cancellation.status, 'REQUESTED');
    assert.equal(result.cancellation.timesSent, 0);
    assert.equal(world.cancels(name), 0);
    assertCounted(name, result.polls);
  });

  test('so is one for which Google never answers', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'never-answers', name });
    const result = await stillRunning(await world.start('cancelOperation', { name, timeout: '3s' }), 3_000);
    assert.equal('operation' in result, false);
  });

  test('and one that is a 404 for longer than the timeout, within the grace', async () => {
    const name = world.operation({ visibleAfterMs: 3_600_000 });
    const handle = await world.start('cancelOperation', { name, timeout: '1500ms', notFoundGrace: '1h' });
    const result = await stillRunning(handle, 1_500);
    assert.equal('operation' in result, false);
    assert.equal(result.cancellation.status, 'REQUESTED');
  });

  test('a cancel that was never answered is REQUESTED', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'never-answers', name, method: 'cancel' });
    const result = await stillRunning(await world.start('cancelOperation', { name, timeout: '8s' }), 8_000);
    assert.equal(result.cancellation.status, 'REQUESTED');
    assert.equal(result.cancellation.timesSent, 0);
    assert.equal(result.operation?.done, false);
  });

  test('a cancel that was accepted is ACCEPTED, even if the polls after it get no answer', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    world.emulator.fail({ kind: 'never-answers', name, method: 'wait' });
    const result = await stillRunning(await world.start('cancelOperation', { name, timeout: '10s' }), 10_000);
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.timesSent, 1);
  });

  test('it holds where Google asks for a retry after an hour', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } }, { project: 'asked-for-an-hour' });
    world.emulator.fail({ kind: 'too-many-requests', retryAfter: 3_600, name, skip: 2 });
    const result = await stillRunning(await world.start('cancelOperation', { name, timeout: '10s' }), 10_000);
    assert.equal(result.cancellation.status, 'ACCEPTED');
  });

  test('it does not come early where the polling interval is longer', async () => {
    const name = world.operation(
      { onCancel: { kind: 'ignored' }, waitSupported: 'unimplemented' },
      { collection: 'slow' },
    );
    const handle = await world.start('cancelOperation', {
      name,
      timeout: '8s',
      polling: { initialInterval: '1h', maximumInterval: '1h' },
    });
    const result = await stillRunning(handle, 8_000);
    assert.equal(result.polls, world.polls(name));
    assert.ok(!(await kindsOf(handle)).includes('activityTaskFailed'), 'nothing is red in the Temporal UI');
  });

  test('the state of the operation at the timeout counts', async () => {
    const name = world.operation(
      { onCancel: { kind: 'ignored' }, waitSupported: 'unimplemented' },
      { collection: 'late' },
    );
    const handle = await world.start('cancelOperation', {
      name,
      timeout: '15s',
      polling: { initialInterval: '1h', maximumInterval: '1h' },
    });
    // It is polled once before the cancel and once after it, by the `wait` that is unsupported. The next poll
    // would be in an hour.
    await answered(world, name, 'wait');
    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
  });

  test('an end in time is not STILL_RUNNING', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
    const result = await (await world.start('cancelOperation', { name, timeout: '1h' })).result();
    assert.equal(result.outcome, 'CANCELLED');
  });

  test('an abort does not extend it', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name, timeout: '12s' });
    await answered(world, name, 'poll');
    await abortBySignal(handle);
    const result = await stillRunning(handle, 12_000);
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.aborts, 1);
  });

  test('it ends the following after a refusal', async () => {
    const name = world.operation({ onCancel: { kind: 'refused' } });
    const handle = await world.start('cancelOperation', {
      name,
      whenNotCancellable: 'follow',
      timeout: '10s',
    });
    const result = await stillRunning(handle, 10_000);
    assert.equal(result.cancellation.status, 'REFUSED');
    assert.equal(result.cancellation.error?.code, 9);
  });

  test('it may be a string or milliseconds', async () => {
    const results = await Promise.all(
      ['1s', '1000ms', 1_000, '0.0166m'].map(async (timeout) => {
        const name = world.operation({ onCancel: { kind: 'ignored' } });
        return stillRunning(await world.start('cancelOperation', { name, timeout }), 990);
      }),
    );
    assert.equal(results.length, 4);
  });
});
