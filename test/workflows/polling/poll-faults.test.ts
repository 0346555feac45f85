import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { OperationResult } from '../../../contract/result.js';
import type { Fault } from '../../../emulator/index.js';
import { closeChecked, until } from '../../support/history.js';
import { answered, arrived, endAfter, timesOf } from '../../support/moments.js';
import { isAtLeast, pausesOf } from '../../support/pauses.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

/** Faults between a poll and its answer, which say nothing about the operation. */
const FAULTS: [string, Fault][] = [
  ['UNAVAILABLE', { kind: 'status', code: 'UNAVAILABLE' }],
  ['INTERNAL', { kind: 'status', code: 'INTERNAL' }],
  ['DEADLINE_EXCEEDED', { kind: 'status', code: 'DEADLINE_EXCEEDED' }],
  ['ABORTED', { kind: 'status', code: 'ABORTED' }],
  ['UNKNOWN', { kind: 'status', code: 'UNKNOWN' }],
  ['429 without a retry delay', { kind: 'too-many-requests' }],
  ['a 403 that is a rate limit', { kind: 'rate-limit-exceeded' }],
  ['an HTML 502', { kind: 'html', status: 502 }],
  ['an HTML 500', { kind: 'html', status: 500 }],
  ['an HTML page with 200', { kind: 'html', status: 200 }],
  ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/elsewhere' }],
  ['a reset connection', { kind: 'reset' }],
  ['a lost answer', { kind: 'lost-answer' }],
  ['an empty body', { kind: 'empty-body' }],
  ['truncated JSON', { kind: 'truncated-json' }],
  ['a body that is cut off', { kind: 'closed-mid-body' }],
  ['broken gzip', { kind: 'corrupt-gzip' }],
  ['a done that is a text', { kind: 'wrong-type', of: 'done' }],
  ['an error code that is a word', { kind: 'wrong-type', of: 'error-code' }],
  ['a name that is a number', { kind: 'wrong-type', of: 'name' }],
  ['an array', { kind: 'wrong-type', of: 'array' }],
  ['null', { kind: 'wrong-type', of: 'null' }],
  ['another operation', { kind: 'other-name' }],
];

const DONE = { response: { '@type': 'x', value: 7 } };

describe('a poll that fails is repeated', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  for (const [what, fault] of FAULTS) {
    // A project of its own, because Retry-After holds for a whole project and location.
    const ownPlace = () => ({ project: `p-${randomUUID()}`, collection: randomUUID() });

    test(`${what} at the first poll`, async () => {
      const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } }, ownPlace());
      world.emulator.fail({ ...fault, name, method: 'get', times: 1 });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.wasAlreadyDone, false);
      assert.equal(result.cancellation.won, true);
      assert.equal(world.cancels(name), 1);
      assert.equal(result.polls, world.polls(name));
    });

    test(`${what} at later polls, by get`, async () => {
      const name = world.operation({ waitSupported: 'unimplemented' }, ownPlace());
      world.emulator.fail({ ...fault, name, method: 'get', skip: 1, times: 1 });
      const handle = await world.start('watchOperation', { name });
      await endAfter(world, name, 'get', DONE, 2);
      checkCompleted(await handle.result(), name);
    });

    test(`${what} at later polls, by wait`, async () => {
      const name = world.operation({}, ownPlace());
      world.emulator.fail({ ...fault, name, method: 'wait', times: 1 });
      const handle = await world.start('watchOperation', { name });
      await arrived(world, name, 'wait');
      world.emulator.complete(name, DONE);
      checkCompleted(await handle.result(), name);
    });
  }

  function checkCompleted(result: OperationResult, name: string): void {
    assert.equal(result.outcome, 'COMPLETED');
    assert.deepEqual(result.operation?.response, DONE.response);
    assert.deepEqual(result.cancellation, { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 });
    assert.equal(result.polls, world.polls(name));
  }

  test('a slow body is read', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    world.emulator.fail({ kind: 'slow-body', everyMs: 2, bytes: 10, name });
    assert.equal((await (await world.start('cancelOperation', { name })).result()).outcome, 'CANCELLED');
  });

  test('a JSON body with another content type is read', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    world.emulator.fail({ kind: 'content-type', value: 'text/plain', name });
    assert.equal((await (await world.start('cancelOperation', { name })).result()).outcome, 'CANCELLED');
  });

  for (const [what, delay] of [
    ['Retry-After in seconds', { retryAfter: 3 }],
    ['google.rpc.RetryInfo', { retryDelay: '3s' }],
  ] as const) {
    test(`${what} is honoured`, async () => {
      const name = world.operation({}, { project: `delay-${randomUUID()}` });
      world.emulator.fail({ kind: 'too-many-requests', ...delay, name, times: 1 });
      const handle = await world.start('watchOperation', { name });
      await endAfter(world, name, 'poll', {}, 2);
      assert.equal((await handle.result()).outcome, 'COMPLETED');
      const [pause] = pausesOf(world, name);
      assert.ok(isAtLeast(pause, 3_000), `polled again after ${pause} ms`);
    });
  }

  test('Retry-After as a date is honoured', async () => {
    const name = world.operation({}, { project: `retry-after-${randomUUID()}` });
    // It has whole seconds. The machine may take some of them for the start.
    const retryAfter = new Date(Date.now() + 6_000).toUTCString();
    world.emulator.fail({ kind: 'too-many-requests', retryAfter, name, times: 1 });
    const handle = await world.start('watchOperation', { name });
    await endAfter(world, name, 'poll', {}, 2);
    assert.equal((await handle.result()).outcome, 'COMPLETED');
    const [, second = 0] = timesOf(world, name);
    assert.ok(isAtLeast(second, Date.parse(retryAfter)), `polled again at ${second}, not at ${retryAfter}`);
  });

  test('a Retry-After of an hour is honoured up to five minutes', async () => {
    const name = world.operation({}, { project: `hour-${randomUUID()}` });
    world.emulator.fail({ kind: 'too-many-requests', retryAfter: 3_600, name });
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'get');
    const pending = await until(
      async () => (await handle.describe()).raw.pendingActivities?.[0],
      (activity) => activity?.nextAttemptScheduleTime != null,
    );
    // Both by Temporal's clock.
    const pause = Number(pending?.nextAttemptScheduleTime?.seconds) - Number(pending?.lastAttemptCompleteTime?.seconds);
    assert.ok(pause > 285 && pause <= 301, `the next attempt is ${pause} s after the last`);
    await handle.terminate('seen enough');
  });
});
