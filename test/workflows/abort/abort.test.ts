import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { closeChecked, eventsOf, until } from '../../support/history.js';
import { answered, arrived, endAfter, timesOf } from '../../support/moments.js';
import { abortBySignal, abortByUpdate } from '../../support/starts.js';
import { type Handle, SERVICE, startWorld, TOGETHER, type World } from '../../support/world.js';

describe('abort', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  /** Starts a watcher and waits until it has polled its operation. */
  async function watched(input: Record<string, unknown> = {}, script: Parameters<World['operation']>[0] = {}) {
    const name = world.operation(script);
    const handle = await world.start('watchOperation', { name, ...input });
    await answered(world, name, 'poll');
    return { name, handle };
  }

  for (const way of ['signal', 'update'] as const) {
    test(`as a ${way} cancels an operation that is watched, at once, and the cancel wins`, async () => {
      const { name, handle } = await watched({}, { onCancel: { kind: 'wins', afterMs: 400 } });
      await arrived(world, name, 'wait');
      if (way === 'signal') await abortBySignal(handle, { reason: 'budget', requestedBy: 'ops' });
      else await abortByUpdate(handle, { reason: 'budget', requestedBy: 'ops' });
      const result = await handle.result();
      assert.equal(result.outcome, 'CANCELLED');
      const { status, won, reason, requestedBy, aborts, timesSent } = result.cancellation;
      assert.deepEqual(
        { status, won, reason, requestedBy, aborts, timesSent },
        { status: 'ACCEPTED', won: true, reason: 'budget', requestedBy: 'ops', aborts: 1, timesSent: 1 },
      );
      assert.equal(world.cancels(name), 1);
      const [cancelledAt = 0] = timesOf(world, name, 'cancel');
      const [wait] = world.emulator.requests(name, 'wait');
      assert.ok((wait?.endedAt ?? cancelledAt) >= cancelledAt, 'it waited for no poll');
      // The report of the long poll that runs beside the cancel may be overtaken by the end.
      const uncounted = world.polls(name) - result.polls;
      assert.ok(uncounted === 0 || uncounted === 1, `${uncounted} polls are not counted`);
    });
  }

  test('of a watcher wins too where the operation ends as soon as Google accepts the cancel', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => watched({}, { onCancel: { kind: 'wins' } })));
    await Promise.all(all.map(({ handle }) => abortBySignal(handle)));
    for (const { handle, name } of all) {
      const { outcome, cancellation } = await handle.result();
      assert.equal(outcome, 'CANCELLED');
      const { status, won, timesSent } = cancellation;
      assert.deepEqual({ status, won, timesSent }, { status: 'ACCEPTED', won: true, timesSent: world.cancels(name) });
    }
  });

  test('of one among many, which are polled rarely, starts frequent polls again', async () => {
    const project = 'crowded';
    const all = await Promise.all(
      Array.from({ length: 51 }, async () => {
        const name = world.operation({ onCancel: { kind: 'wins', afterMs: 200 } }, { project });
        return { name, handle: await world.start('watchOperation', { name }) };
      }),
    );
    const msToNextAttempt = async ({ handle }: { handle: Handle }) => {
      const pending = (await handle.describe()).raw.pendingActivities?.[0];
      return Number(pending?.nextAttemptScheduleTime?.seconds ?? 0) * 1_000 - Date.now();
    };
    const inBackoff = await until(
      async () => {
        for (const one of all) if ((await msToNextAttempt(one)) > 3_000) return one;
        return undefined;
      },
      (one) => one !== undefined,
    );
    assert.ok(inBackoff !== undefined);
    await abortBySignal(inBackoff.handle);
    assert.equal((await inBackoff.handle.result()).outcome, 'CANCELLED');
    const awaitActivities = (await eventsOf(inBackoff.handle)).filter(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'awaitOperation',
    );
    assert.equal(awaitActivities.length, 2);
    for (const { name } of all) world.emulator.complete(name, {});
  });

  test('has its own reason and requester, or else those of the watcher', async () => {
    const [withDefaults, withOwn] = await Promise.all([
      watched({ reason: 'nightly', requestedBy: 'cron' }),
      watched({ reason: 'nightly', requestedBy: 'cron' }),
    ]);
    await Promise.all([
      abortBySignal(withDefaults.handle),
      abortByUpdate(withOwn.handle, { reason: 'budget', requestedBy: 'ops' }),
    ]);
    const [one, other] = [await withDefaults.handle.result(), await withOwn.handle.result()];
    assert.equal(one.cancellation.reason, 'nightly');
    assert.equal(one.cancellation.requestedBy, 'cron');
    assert.equal(other.cancellation.reason, 'budget');
    assert.equal(other.cancellation.requestedBy, 'ops');
  });

  const bad: [string, unknown[]][] = [
    ['nothing', []],
    ['null', [null]],
    ['a text', ['stop']],
    ['a number', [7]],
    ['an array', [[1, 2]]],
    ['a reason of the wrong type', [{ reason: 7 }]],
    ['a reason that is too long', [{ reason: 'x'.repeat(1_025) }]],
    ['a field that it does not know', [{ why: 'x' }]],
    ['two arguments', [{}, { reason: 'second' }]],
  ];
  for (const [what, args] of bad) {
    test(`as a signal aborts whatever its argument is: ${what}`, async () => {
      const { name, handle } = await watched({}, { onCancel: { kind: 'wins', afterMs: 200 } });
      await abortBySignal(handle, ...args);
      const result = await handle.result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.cancellation.aborts, 1);
      assert.equal(result.cancellation.reason, undefined);
      assert.equal(world.cancels(name), 1);
    });
  }

  test('as a signal keeps its valid field and drops the invalid ones', async () => {
    const { handle } = await watched();
    await abortBySignal(handle, { reason: 'r'.repeat(1_025), requestedBy: 'o'.repeat(256), extra: true });
    const { cancellation } = await handle.result();
    assert.equal(cancellation.reason, undefined);
    assert.equal(cancellation.requestedBy, 'o'.repeat(256));
  });

  const rejected: [unknown, RegExp][] = [
    [{ reason: 7 }, /reason/],
    [{ reason: 'x'.repeat(1_025) }, /reason.*1,?024/],
    [{ requestedBy: null }, /requestedBy/],
    [{ requestedBy: 'x'.repeat(257) }, /requestedBy.*256/],
    [{ why: 'x' }, /why/],
    ['stop', /object/],
    [7, /object/],
    [[1], /object|array|field/],
    [[], /object|array/],
  ];
  test('as an update is validated: the message names the invalid field, and nothing is cancelled', async () => {
    const { name, handle } = await watched();
    for (const [arg, message] of rejected) {
      await assert.rejects(abortByUpdate(handle, arg), (error: unknown) => {
        assert.ok(error instanceof WorkflowUpdateFailedError, String(error));
        assert.match(error.cause?.message ?? '', message);
        return true;
      });
    }
    const status = await world.status(handle);
    assert.equal(status.cancellation.status, 'NOT_REQUESTED');
    assert.equal(status.cancellation.aborts, 0);
    assert.equal(world.cancels(name), 0);
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).cancellation.aborts, 0);
  });

  test('as an update without an argument aborts', async () => {
    const { handle } = await watched({}, { onCancel: { kind: 'wins', afterMs: 300 } });
    const status = await abortByUpdate(handle);
    assert.equal(status.cancellation.aborts, 1);
    assert.equal((await handle.result()).outcome, 'CANCELLED');
  });

  test('as an update answers at once with the status, even while Google does not answer', async () => {
    const { name, handle } = await watched();
    world.emulator.fail({ kind: 'never-answers', name, method: 'cancel' });
    const status = await abortByUpdate(handle, { reason: 'budget' });
    assert.equal(status.state, 'CANCELLING');
    assert.equal(status.name, name);
    assert.equal(status.service, SERVICE);
    assert.equal(status.outcome, undefined);
    const { status: cancelStatus, won, reason, aborts, timesSent } = status.cancellation;
    assert.deepEqual(
      { cancelStatus, won, reason, aborts, timesSent },
      { cancelStatus: 'REQUESTED', won: false, reason: 'budget', aborts: 1, timesSent: 0 },
    );
    await arrived(world, name, 'cancel');
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.cancellation.status, 'REQUESTED', 'asked for, and never answered');
    assert.equal(result.cancellation.timesSent, 0);
  });

  test('more than once adds to aborts and to the requests, and changes nothing else', async () => {
    const { name, handle } = await watched({}, { onCancel: { kind: 'ignored' } });
    await abortBySignal(handle, { reason: 'first', requestedBy: 'one' });
    const before = await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 1,
    );
    await abortBySignal(handle, { reason: 'second', requestedBy: 'two' });
    const status = await abortByUpdate(handle, { reason: 'third' });
    const { requests = [], ...rest } = status.cancellation;
    const { requests: _, ...first } = before.cancellation;
    assert.deepEqual(rest, { ...first, aborts: 3 });
    assert.deepEqual(
      requests.map(({ at: __, ...request }) => request),
      [{ reason: 'first', requestedBy: 'one' }, { reason: 'second', requestedBy: 'two' }, { reason: 'third' }],
    );
    await endAfter(world, name, 'cancel', {});
    const { cancellation } = await handle.result();
    assert.deepEqual(cancellation, status.cancellation);
    assert.equal(world.cancels(name), 1);
  });

  test('before the operation is seen is answered at once, and the cancel is sent once it is seen', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    world.emulator.fail({ kind: 'status', code: 'NOT_FOUND', name, method: 'get', times: 3 });
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'get');
    const status = await abortByUpdate(handle, { reason: 'budget' });
    assert.equal(status.state, 'PENDING');
    assert.equal(status.cancellation.status, 'REQUESTED');
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.wasAlreadyDone, false);
  });

  test('after the workflow closed is answered NotFound by Temporal itself', async () => {
    const name = world.operation();
    const handle = await world.start('cancelOperation', { name });
    await handle.result();
    await assert.rejects(abortBySignal(handle), WorkflowNotFoundError);
    await assert.rejects(abortByUpdate(handle), WorkflowNotFoundError);
  });
});
