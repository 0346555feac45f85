import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ScriptedResult } from '../../../emulator/index.js';
import { closeChecked } from '../../support/history.js';
import { endAfter } from '../../support/moments.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../../support/world.js';

const RFC_3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const RESPONSE = { '@type': 'type.googleapis.com/google.protobuf.Struct', value: 7 };

describe('the outcome is read from what Google shows', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('a cancel that wins gives every field of the result, and no other', async () => {
    const startedAfter = Date.now();
    const name = world.operation({
      onCancel: { kind: 'wins', afterMs: 300 },
      metadata: { '@type': 'x', done: 3 },
    });
    const input = { name, reason: 'budget', requestedBy: 'ops@example.com' };
    const result = await (await world.start('cancelOperation', input)).result();
    const { startedAt, finishedAt } = result;
    const { requestedAt, acceptedAt } = result.cancellation;
    assert.deepEqual(result, {
      name,
      service: SERVICE,
      kind: 'operation',
      outcome: 'CANCELLED',
      evidence: 'error.code',
      wasAlreadyDone: false,
      cancellation: {
        status: 'ACCEPTED',
        won: true,
        reason: 'budget',
        requestedBy: 'ops@example.com',
        requestedAt,
        acceptedAt,
        aborts: 1,
        timesSent: 1,
        requests: [{ at: requestedAt ?? '', reason: 'budget', requestedBy: 'ops@example.com' }],
      },
      operation: {
        name,
        done: true,
        error: { code: 1, message: 'The operation was cancelled.' },
        metadata: { '@type': 'x', done: 3 },
      },
      responseOmitted: false,
      polls: world.polls(name),
      startedAt,
      finishedAt,
    });
    const times = [startedAt, requestedAt, acceptedAt, finishedAt].map(String);
    for (const time of times) assert.match(time, RFC_3339_UTC);
    assert.deepEqual(times, times.toSorted(), 'started, requested, accepted, final');
    assert.ok(Date.parse(startedAt) >= startedAfter - 1_000 && Date.parse(finishedAt) <= Date.now());
    const { state } = world.emulator.operation(name);
    assert.ok(state.phase === 'done' && Date.parse(finishedAt) >= state.at, 'seen when it was final');
    assert.equal(world.cancels(name), 1);
  });

  const ends: [string, ScriptedResult, string][] = [
    ['error code 1', { error: { code: 1, message: 'gone' } }, 'CANCELLED'],
    ['a response', { response: RESPONSE }, 'COMPLETED'],
    ['neither response nor error', {}, 'COMPLETED'],
    ['error code 10, ABORTED', { error: { code: 10, message: 'Aborted.' } }, 'FAILED'],
    ['error code 13, INTERNAL', { error: { code: 13, message: 'Broken.' } }, 'FAILED'],
    ['error code 4, DEADLINE_EXCEEDED', { error: { code: 4 } }, 'FAILED'],
    ['a code that google.rpc does not know', { error: { code: 499, message: '?' } }, 'FAILED'],
    ['error details', { error: { code: 9, message: 'No.', details: [{ '@type': 'x', a: 1 }] } }, 'FAILED'],
  ];
  for (const [what, shown, outcome] of ends) {
    for (const [how, ownCollection] of [
      ['by wait', { collection: 'waited' }],
      ['by get', { collection: 'got' }],
    ] as const) {
      test(`done, with ${what}, is ${outcome}, seen ${how} after an accepted cancel`, async () => {
        const waitSupported = how === 'by wait' ? true : 'unimplemented';
        const name = world.operation({ onCancel: { kind: 'ignored' }, waitSupported }, ownCollection);
        const handle = await world.start('cancelOperation', { name });
        await endAfter(world, name, 'cancel', shown);
        const result = await handle.result();
        assert.equal(result.outcome, outcome);
        assert.equal(result.wasAlreadyDone, false);
        assert.equal(result.cancellation.status, 'ACCEPTED');
        // The cancel won if it was accepted and the error code is 1.
        assert.equal(result.cancellation.won, outcome === 'CANCELLED');
        assert.deepEqual(result.operation?.response, shown.response);
        assert.deepEqual(result.operation?.error, shown.error);
        assert.equal(result.polls, world.polls(name));
        assert.equal(result.cancellation.timesSent, 1);
        assert.equal(world.cancels(name), 1);
      });
    }
    test(`done, with ${what}, is ${outcome} for a watcher without an abort`, async () => {
      const name = world.operation();
      const handle = await world.start('watchOperation', { name, reason: 'r' });
      await endAfter(world, name, 'poll', shown);
      const result = await handle.result();
      assert.equal(result.outcome, outcome);
      assert.deepEqual(result.cancellation, { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 });
      assert.equal(result.wasAlreadyDone, false);
      assert.equal(result.polls, world.polls(name));
      assert.equal(world.cancels(name), 0);
    });
  }

  test('with both an error and a response the error decides', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name });
    await endAfter(world, name, 'cancel', { error: { code: 1 }, response: RESPONSE });
    const { outcome, operation } = await handle.result();
    assert.equal(outcome, 'CANCELLED');
    assert.equal(operation?.error?.code, 1);
  });

  test('a cancel that ends the operation with another error is FAILED, and did not win', async () => {
    const name = world.operation({ onCancel: { kind: 'fails', code: 10, afterMs: 200 } });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'FAILED');
    assert.equal(result.operation?.error?.code, 10);
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.won, false);
  });

  test('an answer of HTTP 499 to a poll proves no cancellation', async () => {
    const name = world.operation({ completesAfterMs: 1_000, onCancel: { kind: 'loses' } });
    world.emulator.fail({
      kind: 'status',
      code: 'CANCELLED',
      httpStatus: 499,
      name,
      method: 'get',
      times: 1,
    });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.polls, world.polls(name));
  });

  test('an answer of HTTP 499 to the cancel proves none either', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    world.emulator.fail({
      kind: 'status',
      code: 'CANCELLED',
      httpStatus: 499,
      name,
      method: 'cancel',
      times: 1,
    });
    const handle = await world.start('cancelOperation', { name });
    await endAfter(world, name, 'cancel', { error: { code: 1 } }, 1);
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED', 'somebody else cancelled it, and get shows it');
    assert.equal(result.cancellation.timesSent, world.cancels(name) - 1, '499 is no answer to the cancel');
  });

  test('a stale answer does not hide the end for long', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    world.emulator.fail({ kind: 'stale', name, skip: 1, times: 2 });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.polls, world.polls(name));
  });

  test('Google may answer with a project number: the result has the requested name', async () => {
    const name = world.operation(
      { projectNumber: '123456', onCancel: { kind: 'wins', afterMs: 100 } },
      { project: 'numbered' },
    );
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.name, name);
    assert.equal(result.operation?.name, name.replace('projects/numbered', 'projects/123456'));
  });

  test('an answer about another operation is not used', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'other-name', name, times: 2 });
    const handle = await world.start('watchOperation', { name });
    await endAfter(world, name, 'poll', { response: RESPONSE }, 3);
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.operation?.name, name);
    assert.equal(result.polls, world.polls(name));
  });
});
