import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ActivityCancellationDetails } from '@temporalio/common';
import type { PollRequest, OperationActivities } from '../../contract/activities.js';
import { type Emulator, type OperationScript, startEmulator } from '../../emulator/index.js';
import { activitiesFor, awaiting, environment, failureOf, fresh, run } from './support/attempts.js';

describe('the polls after a cancel', { concurrency: true }, () => {
  let emulator: Emulator;
  let activities: OperationActivities;
  let count = 0;

  before(async () => {
    emulator = await startEmulator();
    activities = activitiesFor(emulator, '**');
  });
  after(() => emulator.close());

  function operation(script: Omit<OperationScript, 'name'> = {}): PollRequest {
    // A project of its own: when Google asks for a pause, it holds for a whole project and location.
    const name = `projects/p${++count}/locations/l/operations/1`;
    emulator.add({ name, ...script });
    return {
      ref: { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name },
      pollState: fresh,
      notFoundGrace: 10_000,
    };
  }

  test('return the end of an operation that ends soon, and each is counted once', async () => {
    for (const script of [{}, { waitSupported: 'unimplemented' as const }]) {
      const request = operation({ onCancel: { kind: 'wins', afterMs: 200 }, ...script });
      const answer = await run(activities.cancelOperation, { ...request, pollAfterCancel: {} });
      assert.ok('status' in answer && answer.status === 'ACCEPTED');
      assert.equal(answer.end?.operation.error?.code, 1);
      const polls = emulator.requests(request.ref.name).length - 1;
      assert.deepEqual([answer.pollState.polls, answer.end.pollState.polls], [0, polls]);
    }
  });

  test('do not change the answer to the cancel where the operation runs on or a poll fails', async () => {
    for (const code of [undefined, 'UNAVAILABLE', 'PERMISSION_DENIED', 'NOT_FOUND'] as const) {
      const request = operation({ onCancel: { kind: 'ignored' } });
      const { name } = request.ref;
      if (code !== undefined) {
        emulator.fail({ kind: 'status', code, name, method: 'wait' });
        emulator.fail({ kind: 'status', code, name, method: 'get' });
      }
      const answer = await run(activities.cancelOperation, { ...request, pollAfterCancel: {} });
      assert.ok('status' in answer && answer.status === 'ACCEPTED' && answer.end === undefined);
      assert.equal(answer.pollState.polls, emulator.requests(name).length - 1);
      assert.equal(emulator.requests(name, 'cancel').length, 1);
    }
  });

  test('end at once when the worker shuts down, and the cancel is not sent again', async () => {
    const request = operation({ onCancel: { kind: 'ignored' } });
    const env = environment();
    const running = run(activities.cancelOperation, { ...request, pollAfterCancel: {} }, env);
    await emulator.waitFor((log) => log.some(({ method, name }) => method === 'wait' && name === request.ref.name));
    env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    const answer = await running;
    assert.ok('status' in answer && answer.status === 'ACCEPTED');
  });

  test('do not repeat a wait that returns at once', async () => {
    const request = operation({ onCancel: { kind: 'ignored' }, waitSupported: 'returns-at-once' });
    await run(activities.cancelOperation, { ...request, pollAfterCancel: {} });
    const methods = emulator.requests(request.ref.name).map(({ method }) => method);
    assert.equal(methods.filter((method) => method === 'wait').length, 1);
    assert.ok(methods.length <= 5, methods.join(' '));
  });

  test('do not delay the answer to the cancel by a poll that gets none', async () => {
    const request = operation({ onCancel: { kind: 'ignored' } });
    emulator.fail({ kind: 'never-answers', name: request.ref.name, method: 'wait' });
    const answer = await run(activities.cancelOperation, { ...request, pollAfterCancel: {} });
    assert.ok('status' in answer && answer.status === 'ACCEPTED');
    await emulator.waitFor(() => emulator.requests(request.ref.name, 'wait')[0]?.endedAt !== undefined);
    const [wait] = emulator.requests(request.ref.name, 'wait');
    assert.ok(Number(wait?.endedAt) - Number(wait?.at) < 10_000, 'it was ended before its own time limit');
  });

  test('pass a pause that Google asks for on to the polls that follow', async () => {
    const request = operation({ onCancel: { kind: 'ignored' } });
    const { name } = request.ref;
    emulator.fail({ kind: 'too-many-requests', retryAfter: 60, name, method: 'wait' });
    const answer = await run(activities.cancelOperation, { ...request, pollAfterCancel: {} });
    assert.ok('status' in answer && answer.notBefore !== undefined);
    const [wait] = emulator.requests(name, 'wait');
    assert.ok(answer.notBefore >= Number(wait?.at) + 60_000);
    const next = { ...awaiting(request), notBefore: answer.notBefore };
    const failure = await failureOf(() => run(activities.awaitOperation, next));
    assert.ok(Number(failure.nextRetryDelay) > 30_000);
    assert.equal(emulator.requests(name).length, 2);
  });

  test('are not repeated, nor is the cancel, by an attempt that follows a killed one', async () => {
    const request = operation({ onCancel: { kind: 'refused' } });
    const heartbeats: object[] = [];
    const first = environment();
    first.on('heartbeat', (details: object) => heartbeats.push(details));
    const accepting = operation({ onCancel: { kind: 'ignored' } });
    await run(activities.cancelOperation, { ...accepting, pollAfterCancel: {} }, first);
    const accepted = heartbeats.find((details) => 'acceptedAt' in details);
    assert.ok(accepted, 'the acceptance is in a heartbeat');
    const second = environment({ attempt: 2, heartbeatDetails: accepted });
    const answer = await run(activities.cancelOperation, { ...request, pollAfterCancel: {} }, second);
    assert.ok('status' in answer && answer.status === 'ACCEPTED');
    const [cancel] = emulator.requests(accepting.ref.name, 'cancel');
    assert.ok(answer.at >= Number(cancel?.at) && answer.at <= Date.now());
    assert.equal('acceptedAt' in answer.pollState, false);
    assert.equal(emulator.requests(request.ref.name).length, 0);
  });

  test('are left out where other requests wait for a slot', async () => {
    const request = operation({ onCancel: { kind: 'wins', afterMs: 0 } });
    const strict = activitiesFor(emulator, '**', 1);
    const answer = await run(strict.cancelOperation, { ...request, pollAfterCancel: {} });
    assert.ok('status' in answer && answer.status === 'ACCEPTED' && answer.end === undefined);
    assert.deepEqual(
      emulator.requests(request.ref.name).map(({ method }) => method),
      ['cancel'],
    );
  });
});
