import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CancelAnswer } from '../../../contract/activities.js';
import { parseOperationInput } from '../../../contract/input.js';
import type { Outcome } from '../../../contract/outcome.js';
import {
  initialProgress,
  cancellationOf,
  recordAbort,
  recordAnswer,
  recordPollState,
  type Progress,
  resultOf,
  stateOf,
  statusOf,
} from '../../../workflows/progress.js';

const T0 = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const name = 'projects/p/locations/l/operations/1';
const request = parseOperationInput('watchOperation', { name });
const refusal = { code: 9, status: 'FAILED_PRECONDITION', message: 'too late' } as const;
const fresh = (resendCancelAfter = 300_000): Progress =>
  initialProgress({ ...request, resendCancelAfter }, T0);

function answer(status: CancelAnswer['status'], at = T0): CancelAnswer {
  const error = status === 'ACCEPTED' ? {} : { error: refusal };
  return { status, at, pollState: { polls: 2, failures: 1 }, ...error };
}

function aborted(resendCancelAfter?: number): Progress {
  const progress = fresh(resendCancelAfter);
  recordAbort(progress, { reason: 'budget', requestedBy: 'me' }, T0 + 1_000);
  return progress;
}

describe('an abort', () => {
  test('makes the cancel due at once; the first one is recorded, and every one is counted', () => {
    const progress = aborted();
    recordAbort(progress, { reason: 'again' }, T0 + 9_000);
    assert.deepEqual(
      [progress.aborts, progress.abort, progress.status, progress.cancelAt],
      [2, { reason: 'budget', requestedBy: 'me', at: T0 + 1_000 }, 'REQUESTED', T0 + 1_000],
    );
  });
});

describe('the answer to a cancel', () => {
  test('that accepts it stays, whatever later cancels are answered', () => {
    const progress = aborted();
    recordAnswer(progress, answer('ACCEPTED', T0 + 2_000), T0);
    recordAnswer(progress, answer('REFUSED', T0 + 3_000), T0);
    recordAnswer(progress, answer('ACCEPTED', T0 + 4_000), T0);
    assert.deepEqual(
      [progress.status, progress.acceptedAt, progress.timesSent, progress.polls, progress.error],
      ['ACCEPTED', T0 + 2_000, 3, 6, undefined],
    );
  });

  test('is the last one where none accepted it, with what was said', () => {
    const progress = aborted();
    recordAnswer(progress, answer('NOT_SUPPORTED'), T0);
    recordAnswer(progress, answer('REFUSED'), T0);
    assert.deepEqual([progress.status, progress.error, progress.acceptedAt], ['REFUSED', refusal, undefined]);
    recordAnswer(progress, answer('ACCEPTED', T0 + 5), T0);
    assert.deepEqual([progress.status, progress.error], ['ACCEPTED', undefined]);
    assert.equal('error' in progress, false);
  });

  test("makes the next one due by the workflow's clock, later each time, up to six hours", () => {
    const progress = aborted();
    let now = T0;
    const gaps: number[] = [];
    for (let sent = 0; sent < 10; sent += 1) {
      recordAnswer(progress, answer(sent % 2 === 0 ? 'ACCEPTED' : 'REFUSED', T0 + 99 * HOUR), now);
      gaps.push((progress.cancelAt ?? 0) - now);
      now = progress.cancelAt ?? 0;
    }
    assert.deepEqual(
      gaps.map((gap) => gap / 60_000),
      [5, 10, 20, 40, 80, 160, 320, 360, 360, 360],
    );
  });

  test('that asks for longer than six hours is taken at its word', () => {
    const progress = aborted(8 * HOUR);
    for (let sent = 0; sent < 3; sent += 1) {
      recordAnswer(progress, answer('ACCEPTED'), T0);
      assert.equal(progress.cancelAt, T0 + 8 * HOUR);
    }
  });

  test('is the last one where the service cannot cancel, or none is to be sent again', () => {
    const lacking = aborted();
    recordAnswer(lacking, answer('NOT_SUPPORTED'), T0);
    assert.equal('cancelAt' in lacking, false);
    const once = aborted(0);
    recordAnswer(once, answer('ACCEPTED'), T0);
    assert.equal('cancelAt' in once, false);
  });
});

describe('what an activity remembered', () => {
  test('adds its looks, and begins anew with its failures', () => {
    const progress = fresh();
    recordPollState(progress, undefined);
    assert.deepEqual([progress.pollState, progress.polls], [{ polls: 0, failures: 0 }, 0]);
    recordPollState(progress, { polls: 3, failures: 2, waitUnsupported: true, notFoundSince: T0 });
    recordPollState(progress, {
      polls: 4,
      failures: 0,
      waitUnsupported: true,
      notFoundSince: T0,
      seenAt: T0 + 5,
    });
    assert.equal(progress.polls, 7);
    assert.deepEqual(progress.pollState, {
      polls: 0,
      failures: 0,
      waitUnsupported: true,
      notFoundSince: T0,
      seenAt: T0 + 5,
    });
  });

  test('of missing and denied is no news where another look has seen the operation meanwhile', () => {
    const progress = fresh();
    recordPollState(progress, { polls: 1, failures: 0, seenAt: T0 + 9 });
    recordPollState(progress, {
      polls: 1,
      failures: 1,
      notFoundSince: T0,
      deniedSince: T0,
      useFieldMask: true,
    });
    assert.deepEqual(progress.pollState, { polls: 0, failures: 0, seenAt: T0 + 9, useFieldMask: true });
    recordPollState(progress, { polls: 1, failures: 1, seenAt: T0 + 9, deniedSince: T0 + 10 });
    assert.deepEqual(progress.pollState, { polls: 0, failures: 0, seenAt: T0 + 9, deniedSince: T0 + 10 });
  });

  test('of an operation that nobody saw says nothing of when it was seen', () => {
    const progress = fresh();
    recordPollState(progress, { polls: 1, failures: 1, notFoundSince: T0 });
    assert.deepEqual(progress.pollState, { polls: 0, failures: 0, notFoundSince: T0 });
  });
});

describe('the state', () => {
  test('is LOOKING until the operation was seen, CANCELLING once an abort came, DONE with the outcome', () => {
    const progress = fresh();
    const states = [stateOf(progress), stateOf(aborted())];
    progress.pollState.seenAt = T0;
    states.push(stateOf(progress));
    recordAbort(progress, {}, T0);
    states.push(stateOf(progress));
    progress.end = { outcome: 'CANCELLED', at: T0 };
    states.push(stateOf(progress));
    assert.deepEqual(states, ['PENDING', 'PENDING', 'WATCHING', 'CANCELLING', 'DONE']);
  });
});

describe('the record of a cancellation', () => {
  test('of which nobody asked holds that', () => {
    assert.deepEqual(cancellationOf(fresh()), {
      status: 'NOT_REQUESTED',
      won: false,
      aborts: 0,
      timesSent: 0,
    });
  });

  test('is won by an accepted cancel of an operation that ends as cancelled, and by nothing else', () => {
    const won = (status: CancelAnswer['status'], outcome?: Outcome, wasAlreadyDone = false) => {
      const progress = aborted();
      recordAnswer(progress, answer(status), T0);
      if (outcome !== undefined) progress.end = { outcome, at: T0 };
      progress.wasAlreadyDone = wasAlreadyDone;
      return cancellationOf(progress).won;
    };
    assert.equal(won('ACCEPTED', 'CANCELLED'), true);
    assert.equal(won('ACCEPTED', 'COMPLETED'), false);
    assert.equal(won('REFUSED', 'CANCELLED'), false);
    assert.equal(won('ACCEPTED', 'CANCELLED', true), false);
    assert.equal(won('ACCEPTED'), false);
  });

  test('tells who asked, why and when, when it was accepted, and what the last refusal said', () => {
    const progress = aborted();
    recordAnswer(progress, answer('ACCEPTED', T0 + 2_000), T0);
    recordAnswer(progress, answer('REFUSED'), T0);
    assert.deepEqual(cancellationOf(progress), {
      status: 'ACCEPTED',
      won: false,
      reason: 'budget',
      requestedBy: 'me',
      requestedAt: '2030-01-01T00:00:01.000Z',
      acceptedAt: '2030-01-01T00:00:02.000Z',
      aborts: 1,
      timesSent: 2,
      error: refusal,
    });
    const nameless = fresh();
    recordAbort(nameless, {}, T0);
    assert.deepEqual(cancellationOf(nameless), {
      status: 'REQUESTED',
      won: false,
      requestedAt: '2030-01-01T00:00:00.000Z',
      aborts: 1,
      timesSent: 0,
    });
  });

  test('of an operation that was already done: nothing was requested of Google, but who wanted it is kept', () => {
    const progress = aborted();
    progress.wasAlreadyDone = true;
    assert.deepEqual(cancellationOf(progress), {
      status: 'NOT_REQUESTED',
      won: false,
      reason: 'budget',
      requestedBy: 'me',
      aborts: 1,
      timesSent: 0,
    });
  });
});

describe('the status and the result', () => {
  const operation = { name, done: true, response: { text: '' }, metadata: { a: 1 }, error: { code: 1 } };

  test('hold what was seen last', () => {
    const progress = aborted();
    const common = { name, service: request.service, cancellation: cancellationOf(progress), polls: 0 };
    const startedAt = '2030-01-01T00:00:00.000Z';
    assert.deepEqual(statusOf(progress, request), { ...common, state: 'PENDING', startedAt });
    assert.deepEqual(resultOf(progress, request, { outcome: 'LOST', at: T0 + 1 }), {
      ...common,
      outcome: 'LOST',
      wasAlreadyDone: false,
      responseOmitted: false,
      startedAt,
      finishedAt: '2030-01-01T00:00:00.001Z',
    });
    progress.operation = operation;
    progress.end = { outcome: 'CANCELLED', at: T0 };
    assert.deepEqual(statusOf(progress, request).operation, operation);
    assert.deepEqual(statusOf(progress, request).outcome, 'CANCELLED');
    assert.deepEqual(resultOf(progress, request, progress.end).operation, operation);
  });

  test('differ where the operation is large: the status leaves out its response and metadata', () => {
    const progress = aborted();
    const room = 64 * 1024 - JSON.stringify(operation).length;
    progress.operation = { ...operation, response: { text: 'x'.repeat(room) } };
    assert.deepEqual(statusOf(progress, request).operation, progress.operation);
    progress.operation = { ...operation, response: { text: 'x'.repeat(room + 1) } };
    assert.deepEqual(statusOf(progress, request).operation, { name, done: true, error: { code: 1 } });
    const end = { outcome: 'CANCELLED', at: T0 } as const;
    assert.deepEqual(resultOf(progress, request, end).operation, progress.operation);
  });
});
