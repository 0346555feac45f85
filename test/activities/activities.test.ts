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

  test('getOperation returns what it saw, and counts the look', async () => {
    const request = operation();
    const look = await run(activities.getOperation, request);
    assert.ok('operation' in look);
    assert.equal(look.operation.done, false);
    assert.equal(look.pollState.polls, 1);
    assert.equal(look.pollState.seenAt, look.at);
  });

  test('a look that failed is told to Temporal with the code, what was remembered, and when to come back', async () => {
    const request = operation();
    emulator.fail({ kind: 'too-many-requests', retryAfter: 7, name: request.ref.name });
    const failure = await failureOf(() => run(activities.getOperation, request));
    assert.equal(failure.type, 'RESOURCE_EXHAUSTED');
    assert.equal(failure.nonRetryable, false);
    assert.equal(failure.nextRetryDelay, 7_000);
    assert.deepEqual(failure.details, [{ polls: 1, failures: 1 }]);
    assert.ok(JSON.stringify(failure).length < 4_096, 'the server keeps 4 KiB of a failure');
  });

  test('a look at what this worker may not touch fails for good, and no request leaves', async () => {
    const request = operation();
    const strict = activitiesFor(emulator, 'projects/other/**');
    const failure = await failureOf(() => run(strict.getOperation, request));
    assert.equal(failure.type, 'PERMISSION_DENIED');
    assert.equal(failure.nonRetryable, true);
    assert.match(failure.message, /ALLOWED_OPERATIONS/);
    const others = [
      () => run(strict.cancelOperation, request),
      () => run(strict.awaitOperation, awaiting(request)),
    ];
    for (const call of others) assert.equal((await failureOf(call)).type, 'PERMISSION_DENIED');
    assert.equal(emulator.requests(request.ref.name).length, 0);
  });

  test('cancelOperation returns the answer in the words of the record', async () => {
    const answers: [OperationScript['onCancel'], string][] = [
      [{ kind: 'wins' }, 'ACCEPTED'],
      [{ kind: 'ignored' }, 'ACCEPTED'],
      [{ kind: 'refused' }, 'REFUSED'],
      [{ kind: 'unimplemented' }, 'NOT_SUPPORTED'],
      [{ kind: 'no-route' }, 'NOT_SUPPORTED'],
    ];
    for (const [onCancel, word] of answers) {
      const answer = await run(activities.cancelOperation, operation(onCancel && { onCancel }));
      assert.ok('status' in answer);
      assert.equal(answer.status, word);
      assert.equal(answer.error === undefined, word === 'ACCEPTED');
    }
  });

  test('a cancel that stays unanswered while the operation ends comes back with the end', async () => {
    const request = operation();
    emulator.fail({ kind: 'status', code: 'UNAVAILABLE', method: 'cancel', name: request.ref.name });
    emulator.complete(request.ref.name);
    const env = environment({ attempt: 3, heartbeatDetails: { ...fresh, failures: 2 } });
    const answer = await run(activities.cancelOperation, request, env);
    assert.ok('operation' in answer && answer.operation.done);
  });

  test('awaitOperation sees the end by a long poll, one round trip after it', async () => {
    const request = operation({ completesAfterMs: 300 });
    const look = await run(activities.awaitOperation, awaiting(request));
    assert.ok('operation' in look && look.operation.done);
    assert.deepEqual(
      emulator.requests(request.ref.name).map(({ method }) => method),
      ['wait'],
    );
  });

  for (const waitSupported of ['unimplemented', 'no-route'] as const) {
    test(`where wait is ${waitSupported}, awaitOperation looks with get from then on`, async () => {
      const request = operation({ completesAfterMs: 900, waitSupported });
      // A collection of its own: what is learnt of one holds for its neighbours.
      const alone = activitiesFor(emulator, '**');
      const look = await run(alone.awaitOperation, awaiting(request));
      assert.ok('operation' in look && look.operation.done);
      const [first, ...rest] = emulator.requests(request.ref.name).map(({ method }) => method);
      assert.equal(first, 'wait');
      assert.ok(rest.length > 0 && rest.every((method) => method === 'get'));
      assert.equal(look.pollState.polls, rest.length + 1);
    });
  }

  for (const code of codeNames.filter((name) => name !== 'OK')) {
    test(`a wait that answers ${code} does not hide what get shows`, async () => {
      const request = operation({ completesAfterMs: 0 });
      emulator.fail({ kind: 'status', code, method: 'wait', name: request.ref.name });
      const alone = activitiesFor(emulator, '**');
      let pollState: PollState = { ...fresh, seenAt: Date.now() };
      let look: Awaited<ReturnType<typeof alone.awaitOperation>> | undefined;
      for (let attempt = 1; look === undefined && attempt <= 2; attempt++) {
        const env = environment({ attempt, heartbeatDetails: attempt === 1 ? undefined : pollState });
        look = await run(alone.awaitOperation, { ...awaiting(request), pollState }, env).catch(
          (failure: unknown) => {
            assert.ok(failure instanceof ApplicationFailure && !failure.nonRetryable);
            [pollState] = failure.details as [PollState];
            return undefined;
          },
        );
      }
      assert.ok(look !== undefined && 'operation' in look && look.operation.done);
      assert.equal(pollState.deniedSince, undefined);
    });
  }

  test('a service whose wait returns at once is not hammered', async () => {
    const request = operation({ completesAfterMs: 1_000, waitSupported: 'returns-at-once' });
    await run(activities.awaitOperation, awaiting(request));
    const looks = emulator.requests(request.ref.name).length;
    assert.ok(looks <= 7, `${looks} looks in a second`);
  });

  test('between looks that are far apart nothing is held: the attempt ends with a BENIGN OperationRunning', async () => {
    const request = operation();
    const polling = { initialInterval: 5_000, backoffCoefficient: 1, maximumInterval: 5_000 };
    const pollState = { polls: 4, failures: 0, seenAt: Date.now(), waitUnsupported: true };
    const env = environment({ attempt: 2, heartbeatDetails: pollState });
    const failure = await failureOf(() =>
      run(activities.awaitOperation, { ...awaiting(request), polling }, env),
    );
    assert.equal(failure.type, 'OperationRunning');
    assert.equal(failure.category, 'BENIGN');
    assert.equal(failure.nextRetryDelay, 5_000);
    assert.deepEqual(
      failure.details?.map((detail) => (detail as PollState).polls),
      [5],
    );
  });

  test('an activity that goes on where another was stopped looks when the next look was due', async () => {
    const request = operation();
    const polling = { initialInterval: 20_000, backoffCoefficient: 1, maximumInterval: 20_000 };
    const lookAgain = (seenAgo: number, sinceAgo: number) =>
      failureOf(() =>
        run(activities.awaitOperation, {
          ...awaiting(request),
          polling,
          since: Date.now() - sinceAgo,
          pollState: { ...fresh, seenAt: Date.now() - seenAgo, waitUnsupported: true },
        }),
      );
    const looks = () => emulator.requests(request.ref.name).length;
    const early = await lookAgain(12_000, 300_000);
    assert.ok(Math.abs(Number(early.nextRetryDelay) - 8_000) < 2_000, String(early.nextRetryDelay));
    const afterCancel = await lookAgain(12_000, 0);
    assert.ok(Math.abs(Number(afterCancel.nextRetryDelay) - 8_000) < 2_000, 'the pace was chosen');
    assert.equal(looks(), 0);
    const due = await lookAgain(21_000, 300_000);
    assert.equal(looks(), 1);
    assert.equal(due.nextRetryDelay, 20_000);
  });

  test('while it waits it heartbeats what it remembers', async () => {
    const request = operation();
    const env = environment();
    const beats: PollState[] = [];
    const beaten = new Promise<void>((resolve) => {
      env.on('heartbeat', (pollState: PollState) => {
        beats.push(pollState);
        if (beats.length >= 4) resolve();
      });
    });
    const running = run(activities.awaitOperation, awaiting(request), env);
    await beaten;
    emulator.complete(request.ref.name);
    await running;
    assert.ok(beats.some(({ polls }) => polls === 1));
  });

  test('a worker that shuts down ends a held attempt at once, and hands it back', async () => {
    const request = operation();
    const env = environment();
    const running = failureOf(() => run(activities.awaitOperation, awaiting(request), env));
    await emulator.waitFor((log) =>
      log.some(({ name, method }) => name === request.ref.name && method === 'wait'),
    );
    env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    const failure = await running;
    assert.equal(failure.type, 'OperationRunning');
    assert.equal(failure.nonRetryable, false);
  });

  test('a workflow that cancels a held attempt is told how often it looked', async () => {
    const request = operation();
    const env = environment();
    const running = run(activities.awaitOperation, awaiting(request), env);
    await emulator.waitFor((log) =>
      log.some(({ name, method }) => name === request.ref.name && method === 'wait'),
    );
    env.cancel();
    const end = await running;
    assert.ok('cancelled' in end);
    assert.equal(end.pollState.polls, 1);
  });

  test('a name that was asked for and another that came back do not make an outcome', async () => {
    const request = operation({ completesAfterMs: 0 });
    emulator.fail({ kind: 'other-name', name: request.ref.name });
    const failure = await failureOf(() => run(activities.getOperation, request));
    assert.equal(failure.nonRetryable, false);
  });

  test('a body over the limit is read again without its large parts', async () => {
    const request = operation({ completesAfterMs: 0, responseBytes: 9 * 1024 * 1024 });
    const look = await run(activities.getOperation, request);
    assert.ok('operation' in look);
    assert.equal(look.operation.done, true);
    assert.equal(look.operation.response, undefined);
    assert.equal(look.omitted, true);
    assert.equal(look.pollState.polls, 2);
  });

  test('listOperations reads a page and says where the next one begins', async () => {
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
    for (const id of [1, 2, 3])
      emulator.add({ name: `${parent}/operations/${id}`, metadataBytes: 4 * 1024 * 1024 });
    // A server that does not know partial responses sends all of it.
    emulator.fail({ kind: 'huge-body', bytes: 9 * 1024 * 1024, method: 'list', name: parent, times: 1 });
    const query = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', parent, pageSize: 2 };
    const page = await run(activities.listOperations, query);
    assert.equal(page.operations.length, 1);
    assert.ok(page.nextPageToken !== undefined);
  });

  test('over the ceiling a look is put off without being sent, and a cancel goes first', async () => {
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
