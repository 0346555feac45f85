import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Fault, OperationScript } from '../../../emulator/index.js';
import { closeChecked, timersOf, until } from '../../support/history.js';
import { answered, endAfter, timesOf } from '../../support/moments.js';
import { isAtLeast, pausesOf } from '../../support/pauses.js';
import { abortBySignal } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

type Refusal = { script?: OperationScript['onCancel']; fault?: Fault };

/** The answers by which a service refuses a cancel, and the code that is recorded. */
const NOT_SUPPORTED: [string, Refusal, number][] = [
  ['UNIMPLEMENTED', { script: { kind: 'unimplemented' } }, 12],
  ['an HTML 404, no such route', { script: { kind: 'no-route' } }, 5],
  ['an HTML 405', { fault: { kind: 'html', status: 405 } }, 12],
  ['an HTML 501', { fault: { kind: 'html', status: 501 } }, 12],
  ['HTTP 501 without a body', { fault: { kind: 'empty-body', status: 501 } }, 12],
  ['a 404 without a body', { fault: { kind: 'empty-body', status: 404 } }, 5],
  ['code UNIMPLEMENTED on HTTP 400', { fault: { kind: 'status', code: 'UNIMPLEMENTED', httpStatus: 400 } }, 12],
];
const REFUSED: [string, Refusal, number, string][] = [
  ['FAILED_PRECONDITION', { script: { kind: 'refused' } }, 9, 'FAILED_PRECONDITION'],
  ['INVALID_ARGUMENT', { script: { kind: 'refused', code: 'INVALID_ARGUMENT' } }, 3, 'INVALID_ARGUMENT'],
  ['a JSON 404', { script: { kind: 'refused', code: 'NOT_FOUND' } }, 5, 'NOT_FOUND'],
  ['OUT_OF_RANGE', { script: { kind: 'refused', code: 'OUT_OF_RANGE' } }, 11, 'OUT_OF_RANGE'],
  ['ALREADY_EXISTS', { script: { kind: 'refused', code: 'ALREADY_EXISTS' } }, 6, 'ALREADY_EXISTS'],
];

describe('the answer of the service to the cancel is recorded', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  function operation({ script, fault }: Refusal): string {
    const name = world.operation({ onCancel: script ?? { kind: 'ignored' } });
    if (fault !== undefined) world.emulator.fail({ ...fault, name, method: 'cancel' });
    return name;
  }

  const answers = [
    ...NOT_SUPPORTED.map(([what, refusal, code]) => [what, refusal, code, undefined, 'NOT_SUPPORTED'] as const),
    ...REFUSED.map(([what, refusal, code, name]) => [what, refusal, code, name, 'REFUSED'] as const),
  ];
  for (const [what, refusal, code, codeName, status] of answers) {
    test(`${what} is ${status}; one more poll shows it running, and the outcome is NOT_CANCELLABLE`, async () => {
      const name = operation(refusal);
      const result = await (await world.start('cancelOperation', { name, reason: 'r' })).result();
      assert.equal(result.outcome, 'NOT_CANCELLABLE');
      assert.equal(result.cancellation.status, status);
      assert.equal(result.cancellation.won, false);
      assert.equal(result.cancellation.timesSent, 1);
      assert.equal(result.cancellation.acceptedAt, undefined);
      assert.equal(result.cancellation.error?.code, code);
      if (codeName !== undefined) assert.equal(result.cancellation.error?.status, codeName);
      assert.notEqual(result.cancellation.error?.message ?? '', '');
      assert.equal(result.operation?.done, false);
      const methods = world.emulator.requests(name).map(({ method }) => (method === 'wait' ? 'get' : method));
      assert.deepEqual(methods, ['get', 'cancel', 'get'], 'the poll after the cancel shows that it is running');
      assert.equal(result.polls, 2);
    });
  }

  test("the recorded error has the service's own message", async () => {
    const name = world.operation({ onCancel: { kind: 'refused' } });
    const { cancellation } = await (await world.start('cancelOperation', { name })).result();
    assert.equal(cancellation.error?.status, 'FAILED_PRECONDITION');
    assert.match(cancellation.error?.message ?? '', /is not cancellable/);
  });

  for (const [onCancel, status] of [
    [{ kind: 'refused' }, 'REFUSED'],
    [{ kind: 'unimplemented' }, 'NOT_SUPPORTED'],
  ] as const) {
    test(`an operation that ended meanwhile has its own outcome with ${status}, not NOT_CANCELLABLE`, async () => {
      const name = world.operation({ onCancel });
      world.emulator.fail({ kind: 'late-answer', afterMs: 500, name, method: 'cancel' });
      const handle = await world.start('cancelOperation', { name });
      // The operation ends while the refusal is on its way.
      await world.emulator.waitFor((log) => log.some((entry) => entry.name === name && entry.fault !== undefined));
      world.emulator.complete(name, {});
      const result = await handle.result();
      assert.equal(result.outcome, 'COMPLETED');
      assert.equal(result.cancellation.status, status);
      assert.equal(result.cancellation.timesSent, 1);
      assert.equal(result.wasAlreadyDone, false);
      assert.equal(result.polls, world.polls(name));
    });

    test(`with follow, ${status} is recorded and the operation is followed to its end`, async () => {
      const name = world.operation({ onCancel });
      const handle = await world.start('cancelOperation', { name, whenNotCancellable: 'follow' });
      await answered(world, name, 'cancel');
      assert.equal((await world.status(handle)).outcome, undefined);
      world.emulator.complete(name, { error: { code: 1 } });
      const result = await handle.result();
      assert.equal(result.outcome, 'CANCELLED', 'somebody else cancelled it');
      assert.equal(result.cancellation.status, status);
      assert.equal(result.cancellation.won, false, 'the cancel was not accepted');
      assert.equal(result.polls, world.polls(name));
    });

    test(`a watcher follows after ${status} by default, and returns with "return"`, async () => {
      const follows = world.operation({ onCancel });
      const returns = world.operation({ onCancel });
      const follower = await world.start('watchOperation', { name: follows });
      const returner = await world.start('watchOperation', { name: returns, whenNotCancellable: 'return' });
      await Promise.all([answered(world, follows, 'poll'), answered(world, returns, 'poll')]);
      await Promise.all([abortBySignal(follower), abortBySignal(returner)]);
      const returned = await returner.result();
      assert.equal(returned.outcome, 'NOT_CANCELLABLE');
      assert.equal(returned.cancellation.status, status);
      await endAfter(world, follows, 'cancel', {});
      const followed = await follower.result();
      assert.equal(followed.outcome, 'COMPLETED');
      assert.equal(followed.cancellation.status, status);
    });
  }

  test('a watcher that returns counts the polls of the awaitOperation that was running meanwhile', async () => {
    const name = world.operation(
      { onCancel: { kind: 'refused' }, waitSupported: 'unimplemented' },
      { collection: 'counted' },
    );
    const handle = await world.start('watchOperation', {
      name,
      whenNotCancellable: 'return',
      polling: { initialInterval: '100ms' },
    });
    await answered(world, name, 'get', 6);
    await abortBySignal(handle);
    const result = await handle.result();
    assert.equal(result.outcome, 'NOT_CANCELLABLE');
    const [cancelledAt = 0] = timesOf(world, name, 'cancel');
    const before = world.emulator
      .requests(name)
      .filter(({ method, endedAt = cancelledAt }) => method !== 'cancel' && endedAt < cancelledAt);
    const { polls } = result;
    assert.ok(
      polls >= before.length && polls <= world.polls(name),
      `${polls} polls, ${before.length} before the cancel`,
    );
  });

  test('with follow, the cancel is sent again after REFUSED, and an acceptance replaces the error', async () => {
    const name = world.operation({
      onCancel: { kind: 'refused', times: 2, afterwards: { kind: 'wins', afterMs: 100 } },
    });
    const input = { name, whenNotCancellable: 'follow', resendCancelAfter: '1s' };
    const result = await (await world.start('cancelOperation', input)).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.timesSent, 3);
    assert.equal(result.cancellation.timesSent, world.cancels(name));
    assert.equal(result.cancellation.error, undefined, 'the last answer was an acceptance');
    const [first, second] = pausesOf(world, name, 'cancel');
    assert.ok(isAtLeast(first, 1_000) && isAtLeast(second, 2_000), `resent after ${first} and ${second} ms`);
  });

  test('with follow, no cancel is sent again after NOT_SUPPORTED', async () => {
    const name = world.operation({ onCancel: { kind: 'unimplemented' } });
    const input = { name, whenNotCancellable: 'follow', resendCancelAfter: '100ms' };
    const handle = await world.start('cancelOperation', input);
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 1,
    );
    assert.deepEqual(await timersOf(handle), []);
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.equal(result.cancellation.status, 'NOT_SUPPORTED');
    assert.equal(result.cancellation.timesSent, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('once accepted it stays accepted, and a later refusal is the recorded last answer', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    world.emulator.fail({ kind: 'status', code: 'FAILED_PRECONDITION', name, method: 'cancel', skip: 1 });
    const handle = await world.start('cancelOperation', { name, resendCancelAfter: '500ms' });
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 2,
    );
    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.error?.status, 'FAILED_PRECONDITION');
    assert.equal(result.cancellation.timesSent, world.cancels(name));
  });
});
