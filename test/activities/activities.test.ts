import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ActivityCancellationDetails, ApplicationFailure } from '@temporalio/common';
import type { PollRequest, OperationActivities, PollState } from '../../contract/activities.js';
import { codeNames } from '../../contract/code.js';
import { type Emulator, type OperationScript, startEmulator } from '../../emulator/index.js';
import { activitiesFor, awaiting, environment, failureOf, fresh, run } from './support/attempts.js';

describe('the activities', { concurrency: true }, () => {
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

  test('getOperation returns the operation, and counts the poll', async () => {
    const request = operation();
    const result = await run(activities.getOperation, request);
    assert.ok('operation' in result);
    assert.equal(result.operation.done, false);
    assert.equal(result.pollState.polls, 1);
    assert.equal(result.pollState.seenAt, result.at);
  });

  test('a failed poll fails the attempt with the code, the poll state, and the delay to the next one', async () => {
    const request = operation();
    emulator.fail({ kind: 'too-many-requests', retryAfter: 7, name: request.ref.name });
    const failure = await failureOf(() => run(activities.getOperation, request));
    assert.equal(failure.type, 'RESOURCE_EXHAUSTED');
    assert.equal(failure.nonRetryable, false);
    assert.equal(failure.nextRetryDelay, 7_000);
    assert.deepEqual(failure.details, [{ polls: 1, failures: 1 }]);
    assert.ok(JSON.stringify(failure).length < 4_096, 'the server keeps 4 KiB of a failure');
  });

  test('a poll that the rules of the worker forbid fails for good, and no request is sent', async () => {
    const request = operation();
    const strict = activitiesFor(emulator, 'projects/other/**');
    const failure = await failureOf(() => run(strict.getOperation, request));
    assert.equal(failure.type, 'PERMISSION_DENIED');
    assert.equal(failure.nonRetryable, true);
    assert.match(failure.message, /ALLOWED_OPERATIONS/);
    const others = [() => run(strict.cancelOperation, request), () => run(strict.awaitOperation, awaiting(request))];
    for (const call of others) assert.equal((await failureOf(call)).type, 'PERMISSION_DENIED');
    assert.equal(emulator.requests(request.ref.name).length, 0);
  });

  test('cancelOperation returns the answer as the record has it', async () => {
    const answers: [OperationScript['onCancel'], string][] = [
      [{ kind: 'wins' }, 'ACCEPTED'],
      [{ kind: 'ignored' }, 'ACCEPTED'],
      [{ kind: 'refused' }, 'REFUSED'],
      [{ kind: 'unimplemented' }, 'NOT_SUPPORTED'],
      [{ kind: 'no-route' }, 'NOT_SUPPORTED'],
    ];
    for (const [onCancel, status] of answers) {
      const answer = await run(activities.cancelOperation, operation(onCancel && { onCancel }));
      assert.ok('status' in answer);
      assert.equal(answer.status, status);
      assert.equal(answer.error === undefined, status === 'ACCEPTED');
    }
  });

  test('a cancel that stays unanswered while the operation ends returns the end', async () => {
    const request = operation();
    emulator.fail({ kind: 'status', code: 'UNAVAILABLE', method: 'cancel', name: request.ref.name });
    emulator.complete(request.ref.name);
    const env = environment({ attempt: 3, heartbeatDetails: { ...fresh, failures: 2 } });
    const answer = await run(activities.cancelOperation, request, env);
    assert.ok('operation' in answer && answer.operation.done);
  });

  test('awaitOperation sees the end by a long poll, one round trip after it', async () => {
    const request = operation({ completesAfterMs: 300 });
    const result = await run(activities.awaitOperation, awaiting(request));
    assert.ok('operation' in result && result.operation.done);
    assert.deepEqual(
      emulator.requests(request.ref.name).map(({ method }) => method),
      ['wait'],
    );
  });

  for (const waitSupported of ['unimplemented', 'no-route'] as const) {
    test(`where wait is ${waitSupported}, awaitOperation polls by get from then on`, async () => {
      const request = operation({ completesAfterMs: 900, waitSupported });
      // A process of its own, because knowledge of a collection is shared by all attempts.
      const activitiesAlone = activitiesFor(emulator, '**');
      const result = await run(activitiesAlone.awaitOperation, awaiting(request));
      assert.ok('operation' in result && result.operation.done);
      const [first, ...rest] = emulator.requests(request.ref.name).map(({ method }) => method);
      assert.equal(first, 'wait');
      assert.ok(rest.length > 0 && rest.every((method) => method === 'get'));
      assert.equal(result.pollState.polls, rest.length + 1);
    });
  }

  for (const code of codeNames.filter((name) => name !== 'OK')) {
    test(`a wait that answers ${code} does not hide what get shows`, async () => {
      const request = operation({ completesAfterMs: 0 });
      emulator.fail({ kind: 'status', code, method: 'wait', name: request.ref.name });
      const activitiesAlone = activitiesFor(emulator, '**');
      let pollState: PollState = { ...fresh, seenAt: Date.now() };
      let result: Awaited<ReturnType<typeof activitiesAlone.awaitOperation>> | undefined;
      for (let attempt = 1; result === undefined && attempt <= 2; attempt++) {
        const env = environment({ attempt, heartbeatDetails: attempt === 1 ? undefined : pollState });
        result = await run(activitiesAlone.awaitOperation, { ...awaiting(request), pollState }, env).catch(
          (failure: unknown) => {
            assert.ok(failure instanceof ApplicationFailure && !failure.nonRetryable);
            [pollState] = failure.details as [PollState];
            return undefined;
          },
        );
      }
      assert.ok(result !== undefined && 'operation' in result && result.operation.done);
      assert.equal(pollState.deniedSince, undefined);
    });
  }

  test('a service whose wait returns at once is polled at the usual intervals', async () => {
    const request = operation({ completesAfterMs: 1_000, waitSupported: 'returns-at-once' });
    await run(activities.awaitOperation, awaiting(request));
    const polls = emulator.requests(request.ref.name).length;
    assert.ok(polls <= 7, `${polls} polls in a second`);
  });

  test('an attempt does not wait for a distant poll: it ends with a BENIGN OperationRunning', async () => {
    const request = operation();
    const polling = { initialInterval: 5_000, backoffCoefficient: 1, maximumInterval: 5_000 };
    const pollState = { polls: 4, failures: 0, seenAt: Date.now(), waitUnsupported: true };
    const env = environment({ attempt: 2, heartbeatDetails: pollState });
    const failure = await failureOf(() => run(activities.awaitOperation, { ...awaiting(request), polling }, env));
    assert.equal(failure.type, 'OperationRunning');
    assert.equal(failure.category, 'BENIGN');
    assert.equal(failure.nextRetryDelay, 5_000);
    assert.deepEqual(
      failure.details?.map((detail) => (detail as PollState).polls),
      [5],
    );
  });

  test('an activity whose next attempt would come after its time limit returns that, unless Google failed it', async () => {
    const request = operation();
    const polling = { initialInterval: 5_000, backoffCoefficient: 1, maximumInterval: 5_000 };
    const pollState = { polls: 4, failures: 0, seenAt: Date.now(), waitUnsupported: true };
    const poll = (scheduleToCloseTimeoutMs: number) => {
      const env = environment({ attempt: 2, heartbeatDetails: pollState, scheduleToCloseTimeoutMs });
      return run(activities.awaitOperation, { ...awaiting(request), polling }, env);
    };
    const end = await poll(6_000);
    assert.ok('timedOut' in end, 'less than 1.5 s are left for another attempt');
    assert.deepEqual([end.pollState?.polls, Object.keys(end)], [5, ['timedOut', 'pollState']]);
    assert.equal((await failureOf(() => poll(9_000))).type, 'OperationRunning', 'there is time for another attempt');
    emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name: request.ref.name });
    assert.equal((await failureOf(() => poll(100))).type, 'UNAVAILABLE');
    const early = { ...request, notBefore: Date.now() + 5_000 };
    assert.ok(
      'timedOut' in (await run(activities.getOperation, early, environment({ scheduleToCloseTimeoutMs: 4_000 }))),
    );
  });

  test('an activity that follows a stopped one polls when the next poll was due', async () => {
    const request = operation();
    const polling = { initialInterval: 20_000, backoffCoefficient: 1, maximumInterval: 20_000 };
    const pollAgain = (seenAgo: number, sinceAgo: number) =>
      failureOf(() =>
        run(activities.awaitOperation, {
          ...awaiting(request),
          polling,
          since: Date.now() - sinceAgo,
          pollState: { ...fresh, seenAt: Date.now() - seenAgo, waitUnsupported: true },
        }),
      );
    const polls = () => emulator.requests(request.ref.name).length;
    const early = await pollAgain(12_000, 300_000);
    assert.ok(Math.abs(Number(early.nextRetryDelay) - 8_000) < 2_000, String(early.nextRetryDelay));
    const afterCancel = await pollAgain(12_000, 0);
    assert.ok(Math.abs(Number(afterCancel.nextRetryDelay) - 8_000) < 2_000, 'a fixed policy does not restart');
    assert.equal(polls(), 0);
    const due = await pollAgain(21_000, 300_000);
    assert.equal(polls(), 1);
    assert.equal(due.nextRetryDelay, 20_000);
  });

  test('while it waits, the heartbeats carry the poll state', async () => {
    const request = operation();
    const env = environment();
    const heartbeats: PollState[] = [];
    const enough = new Promise<void>((resolve) => {
      env.on('heartbeat', (pollState: PollState) => {
        heartbeats.push(pollState);
        if (heartbeats.length >= 4) resolve();
      });
    });
    const running = run(activities.awaitOperation, awaiting(request), env);
    await enough;
    emulator.complete(request.ref.name);
    await running;
    assert.ok(heartbeats.some(({ polls }) => polls === 1));
  });

  test('a worker that shuts down ends a waiting attempt at once, to be retried', async () => {
    const request = operation();
    const env = environment();
    const running = failureOf(() => run(activities.awaitOperation, awaiting(request), env));
    await emulator.waitFor((log) => log.some(({ name, method }) => name === request.ref.name && method === 'wait'));
    env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    const failure = await running;
    assert.equal(failure.type, 'OperationRunning');
    assert.equal(failure.nonRetryable, false);
  });

  test('a workflow that cancels a waiting attempt gets the number of polls', async () => {
    const request = operation();
    const env = environment();
    const running = run(activities.awaitOperation, awaiting(request), env);
    await emulator.waitFor((log) => log.some(({ name, method }) => name === request.ref.name && method === 'wait'));
    env.cancel();
    const end = await running;
    assert.ok('cancelled' in end);
    assert.equal(end.pollState.polls, 1);
  });

  test('an answer with the name of another operation is no outcome', async () => {
    const request = operation({ completesAfterMs: 0 });
    emulator.fail({ kind: 'other-name', name: request.ref.name });
    const failure = await failureOf(() => run(activities.getOperation, request));
    assert.equal(failure.nonRetryable, false);
  });

  test('an operation whose body is over the limit is read again without its large parts', async () => {
    const request = operation({ completesAfterMs: 0, responseBytes: 9 * 1024 * 1024 });
    const result = await run(activities.getOperation, request);
    assert.ok('operation' in result);
    assert.equal(result.operation.done, true);
    assert.equal(result.operation.response, undefined);
    assert.equal(result.omitted, true);
    assert.equal(result.pollState.polls, 2);
  });

  test('listOperations reads a page and returns the token of the next one', async () => {
    const parent = 'projects/list/locations/l';
    for (const id of [1, 2, 3]) emulator.add({ name: `${parent}/operations/${id}` });
    const query = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', parent, pageSize: 2 };
    const first = await run(activities.listOperations, query);
    assert.equal(first.operations.length, 2);
    const second = await run(activities.listOperations, {
      ...query,
      pageToken: first.nextPageToken,
    });
    assert.deepEqual(
      second.operations.map(({ name }) => name),
      [`${parent}/operations/3`],
    );
    assert.equal(second.nextPageToken, undefined);
  });

  test('a page of operations that is too large to read is read in smaller ones', async () => {
    const parent = 'projects/heavy/locations/l';
    for (const id of [1, 2, 3]) emulator.add({ name: `${parent}/operations/${id}`, metadataBytes: 4 * 1024 * 1024 });
    // A server that does not know partial responses sends all of it.
    emulator.fail({ kind: 'huge-body', bytes: 9 * 1024 * 1024, method: 'list', name: parent, times: 1 });
    const query = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', parent, pageSize: 2 };
    const page = await run(activities.listOperations, query);
    assert.equal(page.operations.length, 1);
    assert.ok(page.nextPageToken !== undefined);
  });

  test('at the limit of requests a poll is delayed without being sent, and a cancel goes first', async () => {
    const request = operation({ onCancel: { kind: 'ignored' } });
    const strict = activitiesFor(emulator, '**', 2);
    await run(strict.getOperation, request);
    const failure = await failureOf(() => run(strict.getOperation, request));
    assert.equal(failure.type, 'RESOURCE_EXHAUSTED');
    assert.equal(failure.category, 'BENIGN');
    const answer = await run(strict.cancelOperation, request);
    assert.ok('status' in answer && answer.status === 'ACCEPTED');
    assert.deepEqual(
      emulator.requests(request.ref.name).map(({ method }) => method),
      ['get', 'cancel'],
    );
  });
});
