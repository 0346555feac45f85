import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApplicationFailure } from '@temporalio/client';
import type { Fault } from '../../../emulator/index.js';
import type { Operation } from '../../../contract/operation.js';
import { closeChecked, until } from '../../support/history.js';
import { answered, endAfter, timesOf } from '../../support/moments.js';
import { isAtLeast } from '../../support/pauses.js';
import { abortBySignal, failureOf } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

const TYPES = ['cancelOperation', 'watchOperation'] as const;

describe('a workflow fails only if no outcome can be recorded', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  function failing(fault: Fault, script: Parameters<World['operation']>[0] = {}): string {
    const name = world.operation(script);
    world.emulator.fail({ ...fault, name });
    return name;
  }

  /** Every failure is non-retryable, names its operation, and holds no header. */
  function checkFailure(failure: ApplicationFailure, type: string, name: string): void {
    assert.equal(failure.type, type);
    assert.equal(failure.nonRetryable, true);
    assert.ok(failure.message.includes(name), `names the operation: ${failure.message}`);
    assert.doesNotMatch(JSON.stringify(failure), /authorization|user-agent/i);
  }

  for (const type of TYPES) {
    for (const [code, failureType] of [
      ['PERMISSION_DENIED', 'PERMISSION_DENIED'],
      ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
      ['INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
    ] as const) {
      test(`${type}: ${code} to the first poll fails it at once, and nothing more is sent`, async () => {
        const name = failing({ kind: 'status', code, message: 'Google says so.' });
        const failure = await failureOf(await world.start(type, { name }));
        checkFailure(failure, failureType, name);
        assert.match(failure.message, /Google says so\./);
        assert.equal(world.emulator.requests(name).length, 1, 'one poll, and no cancel');
      });
    }

    test(`${type}: never seen within notFoundGrace is NOT_FOUND`, async () => {
      const name = world.operation({ visibleAfterMs: 3_600_000 });
      const handle = await world.start(type, { name, notFoundGrace: '1500ms' });
      checkFailure(await failureOf(handle), 'NOT_FOUND', name);
      const [first] = timesOf(world, name, 'get');
      const lasted = Number((await handle.describe()).closeTime) - Number(first);
      assert.ok(isAtLeast(lasted, 1_500), `it failed after ${lasted} ms`);
      assert.equal(world.cancels(name), 0);
    });
  }

  test('with notFoundGrace 0 the first 404 is NOT_FOUND', async () => {
    const name = world.operation({ visibleAfterMs: 3_600_000 });
    const failure = await failureOf(await world.start('cancelOperation', { name, notFoundGrace: 0 }));
    checkFailure(failure, 'NOT_FOUND', name);
    assert.equal(world.emulator.requests(name).length, 1);
  });

  test('an HTML 404 is NOT_FOUND with the URL: it is a wrong host or path', async () => {
    const name = failing({ kind: 'html', status: 404 });
    const failure = await failureOf(await world.start('cancelOperation', { name, notFoundGrace: '500ms' }));
    checkFailure(failure, 'NOT_FOUND', name);
    assert.ok(failure.message.includes(`${world.emulator.url}/v1beta1/${name}`), failure.message);
  });

  test('an operation that becomes visible within the grace is followed', async () => {
    const name = world.operation({ visibleAfterMs: 1_000, onCancel: { kind: 'wins', afterMs: 100 } });
    const result = await (await world.start('cancelOperation', { name, notFoundGrace: '2m' })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.wasAlreadyDone, false);
    assert.equal(result.polls, world.polls(name));
  });

  for (const [type, input] of [
    ['cancelOperation', {}],
    ['watchOperation', { whenNotCancellable: 'return' }],
  ] as const) {
    test(`${type}: a 403 to the cancel with return fails at once, with the last operation in the details`, async () => {
      const name = failing({
        kind: 'status',
        code: 'PERMISSION_DENIED',
        message: 'Not you.',
        method: 'cancel',
      });
      const handle = await world.start(type, { name, ...input });
      if (type === 'watchOperation') {
        await answered(world, name, 'poll');
        await abortBySignal(handle);
      }
      const failure = await failureOf(handle);
      checkFailure(failure, 'PERMISSION_DENIED', name);
      assert.match(failure.message, /Not you\./);
      const [operation] = failure.details as Operation[];
      assert.equal(operation?.name, name);
      assert.equal(operation?.done, false);
      assert.equal(world.cancels(name), 1);
    });
  }

  test('a 403 to the cancel with follow is REFUSED, and the cancel is sent again after resendCancelAfter', async () => {
    const name = failing(
      { kind: 'status', code: 'PERMISSION_DENIED', method: 'cancel', times: 1 },
      { onCancel: { kind: 'wins', afterMs: 300 } },
    );
    const input = { name, whenNotCancellable: 'follow', resendCancelAfter: '1500ms' };
    const handle = await world.start('cancelOperation', input);
    const { cancellation } = await until(
      () => world.status(handle),
      (status) => status.cancellation.timesSent === 1,
    );
    assert.equal(cancellation.status, 'REFUSED');
    assert.equal(cancellation.error?.status, 'PERMISSION_DENIED');
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.timesSent, 2);
    assert.equal(world.cancels(name), 2);
  });

  for (const code of ['PERMISSION_DENIED', 'UNAUTHENTICATED', 'INVALID_ARGUMENT', 'UNIMPLEMENTED'] as const) {
    test(`${code} to a poll of an operation that has been seen is no failure: the outcome would be lost`, async () => {
      const name = failing({ kind: 'status', code, method: ['get', 'wait'], skip: 1, times: 2 });
      const handle = await world.start('watchOperation', { name });
      await endAfter(world, name, 'poll', {}, 3);
      const result = await handle.result();
      assert.equal(result.outcome, 'COMPLETED');
      assert.equal(result.polls, world.polls(name));
    });
  }

  for (const code of ['FAILED_PRECONDITION', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'DATA_LOSS'] as const) {
    test(`${code} to the first poll is retried`, async () => {
      const name = failing({ kind: 'status', code, times: 1 }, { completesAfterMs: 0 });
      const result = await (await world.start('watchOperation', { name })).result();
      assert.equal(result.outcome, 'COMPLETED');
    });
  }

  test('a 401 to the cancel is no answer to it: it is sent again', async () => {
    const name = failing(
      { kind: 'status', code: 'UNAUTHENTICATED', method: 'cancel', times: 1 },
      { onCancel: { kind: 'wins', afterMs: 300 } },
    );
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(world.cancels(name), 2);
  });

  test('a secret in an answer of Google is not in the history', async () => {
    const name = failing({
      kind: 'status',
      code: 'PERMISSION_DENIED',
      message: 'Denied: Bearer ya29.a0AfSecretSecret',
    });
    const handle = await world.start('cancelOperation', { name });
    checkFailure(await failureOf(handle), 'PERMISSION_DENIED', name);
    const history = JSON.stringify(await handle.fetchHistory(), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    );
    assert.doesNotMatch(history, /a0AfSecretSecret/);
  });
});
