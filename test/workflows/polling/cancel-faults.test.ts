import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Fault } from '../../../emulator/index.js';
import { closeChecked } from '../../support/history.js';
import { answered, endAfter } from '../../support/moments.js';
import { isAtLeast, pausesOf } from '../../support/pauses.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

/** These are no answer to a cancel. It is sent again, which is harmless. */
const UNANSWERED: [string, Fault][] = [
  ['UNAVAILABLE', { kind: 'status', code: 'UNAVAILABLE' }],
  ['INTERNAL', { kind: 'status', code: 'INTERNAL' }],
  ['DEADLINE_EXCEEDED', { kind: 'status', code: 'DEADLINE_EXCEEDED' }],
  ['ABORTED', { kind: 'status', code: 'ABORTED' }],
  ['UNKNOWN', { kind: 'status', code: 'UNKNOWN' }],
  ['HTTP 499', { kind: 'status', code: 'CANCELLED', httpStatus: 499 }],
  ['429 without a retry delay', { kind: 'too-many-requests' }],
  ['a 403 that is a rate limit', { kind: 'rate-limit-exceeded' }],
  ['an HTML 502', { kind: 'html', status: 502 }],
  ['an HTML 403', { kind: 'html', status: 403 }],
  ['an HTML 400', { kind: 'html', status: 400 }],
  ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/elsewhere' }],
  ['a reset connection', { kind: 'reset' }],
];

describe('a cancel that is not answered', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const ownProject = () => ({ project: `p-${randomUUID()}` });

  for (const [what, fault] of UNANSWERED) {
    test(`${what}: is sent again, and only the answer counts`, async () => {
      const name = world.operation({ onCancel: { kind: 'wins', afterMs: 200 } }, ownProject());
      world.emulator.fail({ ...fault, name, method: 'cancel', times: 2 });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'CANCELLED');
      const { status, won, timesSent, aborts, error } = result.cancellation;
      assert.deepEqual(
        { status, won, timesSent, aborts, error },
        { status: 'ACCEPTED', won: true, timesSent: 1, aborts: 1, error: undefined },
      );
      assert.equal(world.cancels(name), 3);
      assert.equal(result.polls, world.polls(name));
    });
  }

  for (const [what, fault] of [
    ['the connection closes', { kind: 'lost-answer' }],
    ['the connection is reset', { kind: 'reset', carriedOut: true }],
    ['the front end answers 503', { kind: 'status', code: 'UNAVAILABLE', carriedOut: true }],
    ['the body is empty', { kind: 'empty-body' }],
    ['the body breaks off', { kind: 'closed-mid-body' }],
    ['the body is HTML with 200', { kind: 'html', status: 200, carriedOut: true }],
  ] as [string, Fault][]) {
    test(`but carried out, as ${what}: the outcome is the operation's own`, async () => {
      const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } }, ownProject());
      world.emulator.fail({ ...fault, name, method: 'cancel', times: 1 });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.cancellation.status, 'ACCEPTED');
      assert.equal(result.cancellation.won, true);
      assert.equal(result.cancellation.timesSent, 1);
      assert.equal(result.polls, world.polls(name));
    });
  }

  test('but carried out, and refused when it is sent again because the operation is done: the outcome is CANCELLED', async () => {
    const name = world.operation(
      { onCancel: { kind: 'wins' }, cancelWhenDone: { code: 'FAILED_PRECONDITION' } },
      ownProject(),
    );
    world.emulator.fail({ kind: 'lost-answer', name, method: 'cancel', times: 1 });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.status, 'REFUSED', 'the recorded answer of the service');
    assert.equal(result.cancellation.won, false);
    assert.equal(result.cancellation.timesSent, 1);
    assert.equal(result.wasAlreadyDone, false);
  });

  test('while the operation completes: the end is seen, and the cancel stays REQUESTED', async () => {
    const name = world.operation({}, ownProject());
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name, method: 'cancel' });
    const handle = await world.start('cancelOperation', { name, reason: 'r' });
    await endAfter(world, name, 'cancel', {});
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.wasAlreadyDone, false);
    const { status, won, timesSent, reason } = result.cancellation;
    assert.deepEqual(
      { status, won, timesSent, reason },
      { status: 'REQUESTED', won: false, timesSent: 0, reason: 'r' },
    );
    assert.equal(result.polls, world.polls(name));
  });

  test('until the timeout stays REQUESTED', async () => {
    const name = world.operation({}, ownProject());
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name, method: 'cancel' });
    const result = await (await world.start('cancelOperation', { name, timeout: '3s' })).result();
    assert.equal(result.outcome, 'STILL_RUNNING');
    assert.equal(result.cancellation.status, 'REQUESTED');
    assert.equal(result.cancellation.timesSent, 0);
  });

  test('but has a Retry-After is sent again then', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } }, ownProject());
    world.emulator.fail({ kind: 'too-many-requests', retryAfter: 3, name, method: 'cancel', times: 1 });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.cancellation.won, true);
    const [pause] = pausesOf(world, name, 'cancel');
    assert.ok(isAtLeast(pause, 3_000), `sent again after ${pause} ms`);
  });

  test('at once is not sent again: a late answer counts', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } }, ownProject());
    world.emulator.fail({ kind: 'late-answer', afterMs: 1_500, name, method: 'cancel' });
    const handle = await world.start('cancelOperation', { name });
    await answered(world, name, 'cancel');
    await answered(world, name, 'poll');
    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    assert.equal(result.cancellation.won, true);
    assert.equal(world.cancels(name), 1);
  });
});
