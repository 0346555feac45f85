import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CancelAnswer } from '../../../contract/activities.js';
import { parseOperationInput } from '../../../contract/input.js';
import type { Outcome, Verdict } from '../../../contract/outcome.js';
import {
  initialProgress,
  type Progress,
  recordAbort,
  recordAnswer,
  recordCancel,
  recordPoll,
  recordPollState,
} from '../../../workflows/progress.js';
import { cancellationOf, resultOf, stateOf, statusOf } from '../../../workflows/status.js';

const T0 = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const name = 'projects/p/locations/l/operations/1';
const input = parseOperationInput('watchOperation', { name });
const refusal = { code: 9, status: 'FAILED_PRECONDITION', message: 'too late' } as const;
const fresh = (resendCancelAfter = 300_000): Progress => initialProgress({ ...input, resendCancelAfter }, T0);

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
  test('makes the cancel due at once; the first one is recorded, and all are counted', () => {
    const progress = aborted();
    recordAbort(progress, { reason: 'again' }, T0 + 9_000);
    assert.deepEqual(
      [progress.aborts, progress.abort, progress.status, progress.cancelAt],
      [2, { reason: 'budget', requestedBy: 'me', at: T0 + 1_000 }, 'REQUESTED', T0 + 1_000],
    );
  });
});

describe('the answer to a cancel', () => {
  test('that accepts it is kept, whatever later cancels are answered', () => {
    const progress = aborted();
    recordAnswer(progress, answer('ACCEPTED', T0 + 2_000), T0);
    recordAnswer(progress, answer('REFUSED', T0 + 3_000), T0);
    recordAnswer(progress, answer('ACCEPTED', T0 + 4_000), T0);
    assert.deepEqual(
      [progress.status, progress.acceptedAt, progress.timesSent, progress.polls, progress.error],
      ['ACCEPTED', T0 + 2_000, 3, 6, undefined],
    );
  });

  test('is the last one where none accepted it, with its error', () => {
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
    const intervals: number[] = [];
    for (let sent = 0; sent < 10; sent += 1) {
      recordAnswer(progress, answer(sent % 2 === 0 ? 'ACCEPTED' : 'REFUSED', T0 + 99 * HOUR), now);
      intervals.push((progress.cancelAt ?? 0) - now);
      now = progress.cancelAt ?? 0;
    }
    assert.deepEqual(
      intervals.map((ms) => ms / 60_000),
      [5, 10, 20, 40, 80, 160, 320, 360, 360, 360],
    );
  });

  test('makes the next one due after resendCancelAfter, if that is longer than six hours', () => {
    const progress = aborted(8 * HOUR);
    for (let sent = 0; sent < 3; sent += 1) {
      recordAnswer(progress, answer('ACCEPTED'), T0);
      assert.equal(progress.cancelAt, T0 + 8 * HOUR);
    }
  });

  test('makes no other one due where cancel is not supported or resendCancelAfter is 0', () => {
    const notSupported = aborted();
    recordAnswer(notSupported, answer('NOT_SUPPORTED'), T0);
    assert.equal('cancelAt' in notSupported, false);
    const once = aborted(0);
    recordAnswer(once, answer('ACCEPTED'), T0);
    assert.equal('cancelAt' in once, false);
  });
});

describe('the poll state of an activity that ended', () => {
  test('adds its polls, and starts again with 0 failures', () => {
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

  test('is taken over without its errors where another activity has seen the operation since', () => {
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

  test('of an operation that was not seen has no seenAt', () => {
    const progress = fresh();
    recordPollState(progress, { polls: 1, failures: 1, notFoundSince: T0 });
    assert.deepEqual(progress.pollState, { polls: 0, failures: 0, notFoundSince: T0 });
  });
});

describe('what a poll saw', () => {
  const running = { operation: { name, done: false }, omitted: true, at: T0 + 5 };
  const verdict: Verdict = { outcome: 'CANCELLED', evidence: 'error.code' };
  const done = { operation: { name, done: true, error: { code: 1 } }, verdict, omitted: false, at: T0 + 6 };
  const seen = { polls: 1, failures: 0, seenAt: T0 + 5 };

  test('is recorded; a final state is the end, and the first final state stays', () => {
    const progress = fresh();
    assert.equal(recordPoll(progress, { ...running, pollState: seen }), undefined);
    assert.deepEqual([progress.operation, progress.omitted], [running.operation, true]);
    assert.deepEqual(recordPoll(progress, { ...done, pollState: seen }), { ...verdict, at: T0 + 6 });
    recordPoll(progress, { ...running, operation: { name, done: true }, pollState: seen });
    assert.deepEqual([progress.operation, progress.omitted, progress.polls], [done.operation, false, 3]);
    assert.equal(progress.wasAlreadyDone, false);
  });

  test('was already done where the first poll that saw the operation saw it done', () => {
    const progress = fresh();
    recordPoll(progress, { noAnswer: true, pollState: { polls: 1, failures: 1 } });
    recordPoll(progress, { ...done, pollState: seen });
    assert.equal(progress.wasAlreadyDone, true);
  });

  test('is no operation: LOST is an end, and a time-out or a cancelled activity is none', () => {
    const progress = fresh();
    assert.equal(recordPoll(progress, undefined), undefined);
    assert.equal(recordPoll(progress, { timedOut: true, pollState: undefined }), undefined);
    assert.equal(recordPoll(progress, { cancelled: true, pollState: seen }), undefined);
    assert.deepEqual(recordPoll(progress, { lost: true, at: T0 + 7, pollState: seen }), {
      outcome: 'LOST',
      at: T0 + 7,
    });
    assert.deepEqual([progress.operation, progress.polls], [undefined, 2]);
  });

  test('counts too where the activity of a cancel saw it', () => {
    const progress = aborted();
    const end = { ...done, pollState: seen };
    assert.deepEqual(recordCancel(progress, { ...answer('ACCEPTED'), end }, T0), { ...verdict, at: T0 + 6 });
    assert.deepEqual([progress.status, progress.polls], ['ACCEPTED', 3]);
    const unanswered = aborted();
    assert.deepEqual(recordCancel(unanswered, end, T0), { ...verdict, at: T0 + 6 });
    assert.deepEqual([unanswered.status, unanswered.timesSent], ['REQUESTED', 0]);
    recordCancel(unanswered, { timedOut: true, pollState: undefined }, T0);
    assert.equal('cancelAt' in unanswered, false, 'after the timeout no cancel is due');
  });
});

describe('a refused cancel', () => {
  const plain = answer('REFUSED');
  const due = (progress: Progress) => (progress.cancelAt ?? 0) - T0;
  const running = { operation: { name, done: false }, omitted: false, at: T0 + 5 };
  const seen = { polls: 1, failures: 0, seenAt: T0 + 5 };

  test('that says "not yet" is sent again after 5 s, doubling up to the interval of resends', () => {
    const progress = aborted(12_000);
    const notYet: CancelAnswer = { ...plain, meaning: 'NOT_YET' };
    const delays = [0, 0, 0, 0].map(() => {
      recordAnswer(progress, notYet, T0);
      return due(progress);
    });
    assert.deepEqual(delays, [5_000, 10_000, 12_000, 20_000]);
    recordAnswer(progress, plain, T0);
    assert.equal(due(progress), 24_000);
  });

  test('that says "not yet" is not sent again where resends are off', () => {
    const progress = aborted(0);
    recordAnswer(progress, { ...plain, meaning: 'NOT_YET' }, T0);
    assert.equal(progress.cancelAt, undefined);
  });

  test('after one that went unanswered is the acceptance of that, where a poll shows CANCELLING', () => {
    const progress = aborted();
    recordPoll(progress, { ...running, pollState: seen });
    recordAnswer(progress, { ...plain, pollState: { ...plain.pollState, cancelUnanswered: true } }, T0);
    assert.equal(progress.status, 'REFUSED');
    // An activity that began before knows nothing of it.
    recordPoll(progress, { ...running, pollState: seen });
    recordPoll(progress, { ...running, pollState: seen, beingCancelled: true });
    assert.deepEqual([progress.status, progress.acceptedAt], ['ACCEPTED', T0 + 5]);
    assert.notEqual(progress.error, undefined);
  });

  test('is no acceptance where all cancels were answered, or somebody else cancelled first', () => {
    const answered = aborted();
    recordPoll(answered, { ...running, pollState: seen });
    recordAnswer(answered, plain, T0);
    recordPoll(answered, { ...running, pollState: seen, beingCancelled: true });
    assert.deepEqual([answered.status, answered.meaning], ['REFUSED', 'BEING_CANCELLED']);
    const others = aborted();
    recordPoll(others, { ...running, pollState: seen, beingCancelled: true });
    recordAnswer(others, { ...plain, pollState: { ...plain.pollState, cancelUnanswered: true } }, T0);
    recordPoll(others, { ...running, pollState: seen, beingCancelled: true });
    assert.equal(others.status, 'REFUSED');
  });
});

describe('the state', () => {
  test('is PENDING until the operation is seen, CANCELLING after an abort, DONE with the outcome', () => {
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
  test('that nobody asked for says so', () => {
    assert.deepEqual(cancellationOf(fresh()), {
      status: 'NOT_REQUESTED',
      won: false,
      aborts: 0,
      timesSent: 0,
    });
  });

  test('is won only where a cancel was accepted and the outcome is CANCELLED', () => {
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

  test('has who asked, why and when, when it was accepted, and the last refusal', () => {
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
      requests: [{ at: '2030-01-01T00:00:01.000Z', reason: 'budget', requestedBy: 'me' }],
    });
    const anonymous = fresh();
    recordAbort(anonymous, {}, T0);
    assert.deepEqual(cancellationOf(anonymous), {
      status: 'REQUESTED',
      won: false,
      requestedAt: '2030-01-01T00:00:00.000Z',
      aborts: 1,
      timesSent: 0,
      requests: [{ at: '2030-01-01T00:00:00.000Z' }],
    });
  });

  test('of an operation that was already done is NOT_REQUESTED, and keeps who asked and why', () => {
    const progress = aborted();
    progress.wasAlreadyDone = true;
    assert.deepEqual(cancellationOf(progress), {
      status: 'NOT_REQUESTED',
      won: false,
      reason: 'budget',
      requestedBy: 'me',
      aborts: 1,
      timesSent: 0,
      requests: [{ at: '2030-01-01T00:00:01.000Z', reason: 'budget', requestedBy: 'me' }],
    });
  });
});

describe('the status and the result', () => {
  const operation = { name, done: true, response: { text: '' }, metadata: { a: 1 }, error: { code: 1 } };

  test('have the operation as it was last seen', () => {
    const progress = aborted();
    const common = { name, service: input.service, cancellation: cancellationOf(progress), polls: 0 };
    const startedAt = '2030-01-01T00:00:00.000Z';
    assert.deepEqual(statusOf(progress, input), { ...common, state: 'PENDING', startedAt });
    assert.deepEqual(resultOf(progress, input, { outcome: 'LOST', at: T0 + 1 }), {
      ...common,
      kind: 'operation',
      outcome: 'LOST',
      wasAlreadyDone: false,
      responseOmitted: false,
      startedAt,
      finishedAt: '2030-01-01T00:00:00.001Z',
    });
    progress.operation = operation;
    progress.end = { outcome: 'CANCELLED', at: T0 };
    assert.deepEqual(statusOf(progress, input).operation, operation);
    assert.deepEqual(statusOf(progress, input).outcome, 'CANCELLED');
    assert.deepEqual(resultOf(progress, input, progress.end).operation, operation);
  });

  test('differ where the operation is large: the status omits its response and metadata', () => {
    const progress = aborted();
    const room = 64 * 1024 - JSON.stringify(operation).length;
    progress.operation = { ...operation, response: { text: 'x'.repeat(room) } };
    assert.deepEqual(statusOf(progress, input).operation, progress.operation);
    progress.operation = { ...operation, response: { text: 'x'.repeat(room + 1) } };
    assert.deepEqual(statusOf(progress, input).operation, { name, done: true, error: { code: 1 } });
    const end = { outcome: 'CANCELLED', at: T0 } as const;
    assert.deepEqual(resultOf(progress, input, end).operation, progress.operation);
  });
});
