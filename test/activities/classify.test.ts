import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  classifyCancelAnswer,
  classifyPoll,
  classifyUnansweredCancel,
  classifyWait,
  isWaitUnsupported,
  atLeastRetryAfter,
} from '../../activities/classify.js';
import type { PollState, PollStreak } from '../../contract/activities.js';
import { type CodeName, codeNames } from '../../contract/code.js';
import { type ErrorKind, GoogleApiError } from '../../google/error.js';
import { codeOfHttpStatus } from '../../google/http/error-of-answer.js';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const rules = { notFoundGrace: 10_000 };
const fresh: PollState = { polls: 1, failures: 0 };
const seen: PollState = { ...fresh, seenAt: NOW - 60_000 };

function error(
  code: CodeName,
  kind: ErrorKind = 'STATUS',
  more: { httpStatus?: number; retryAfterMs?: number; answer?: string } = {},
) {
  return new GoogleApiError(`${code} ${kind}`, { code, kind, ...more });
}

test('the first poll fails at once on a denied permission and on a bad argument', () => {
  for (const code of ['PERMISSION_DENIED', 'UNAUTHENTICATED', 'INVALID_ARGUMENT'] as const) {
    const decision = classifyPoll(error(code), rules, fresh, NOW);
    assert.deepEqual([decision.kind, decision.kind === 'failed' && decision.type], ['failed', code]);
  }
  const credentials = classifyPoll(error('UNAUTHENTICATED', 'CREDENTIALS'), rules, fresh, NOW);
  assert.equal(credentials.kind, 'failed');
});

test("the worker's own rules fail the first poll as PERMISSION_DENIED", () => {
  const decision = classifyPoll(error('PERMISSION_DENIED', 'FORBIDDEN'), rules, fresh, NOW);
  assert.deepEqual([decision.kind, decision.kind === 'failed' && decision.type], ['failed', 'PERMISSION_DENIED']);
});

test('once the operation has been seen, a denied permission is retried for an hour and then fails', () => {
  const first = classifyPoll(error('PERMISSION_DENIED'), rules, seen, NOW);
  assert.equal(first.kind, 'retry');
  const often = { ...first.pollState, failures: 19 };
  assert.equal(classifyPoll(error('UNAUTHENTICATED'), rules, often, NOW + HOUR - 1).kind, 'retry');
  assert.equal(classifyPoll(error('PERMISSION_DENIED'), rules, often, NOW + HOUR).kind, 'failed');
});

test('a denied permission also needs twenty failures, for an hour without a worker proves nothing', () => {
  const withoutWorker = { ...seen, failures: 18, deniedSince: NOW - HOUR };
  assert.equal(classifyPoll(error('PERMISSION_DENIED'), rules, withoutWorker, NOW).kind, 'retry');
  assert.equal(classifyUnansweredCancel(error('UNAUTHENTICATED'), withoutWorker, NOW).type, undefined);
});

test('once the operation has been seen, a bad argument is retried', () => {
  assert.equal(classifyPoll(error('INVALID_ARGUMENT'), rules, seen, NOW).kind, 'retry');
});

test('a first poll that finds nothing is repeated until the grace is over', () => {
  const first = classifyPoll(error('NOT_FOUND'), rules, fresh, NOW);
  assert.equal(first.kind, 'retry');
  const early = classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 9_999);
  assert.ok(early.kind === 'retry' && early.afterMs === 1, 'the last poll comes when the grace is over');
  const late = classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 10_000);
  assert.deepEqual([late.kind, late.kind === 'failed' && late.type], ['failed', 'NOT_FOUND']);
});

test('without a grace, a first poll that finds nothing fails at once', () => {
  assert.equal(classifyPoll(error('NOT_FOUND'), { notFoundGrace: 0 }, fresh, NOW).kind, 'failed');
});

test('an HTML 404 fails the first poll too, but an operation that has been seen is never lost by it', () => {
  const page = error('NOT_FOUND', 'NOT_API_ERROR', { httpStatus: 404 });
  assert.equal(classifyPoll(page, { notFoundGrace: 0 }, fresh, NOW).kind, 'failed');
  assert.equal(classifyPoll(page, { notFoundGrace: 0 }, { ...seen, notFoundSince: NOW - HOUR }, NOW).kind, 'retry');
});

test('an operation that has been seen is lost after two polls without it, a grace apart', () => {
  const first = classifyPoll(error('NOT_FOUND'), rules, seen, NOW);
  assert.ok(first.kind === 'retry' && first.afterMs <= 10_000);
  assert.equal(classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 9_000).kind, 'retry');
  assert.equal(classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 10_000).kind, 'lost');
});

test('one poll without it is not enough, even without a grace', () => {
  const first = classifyPoll(error('NOT_FOUND'), { notFoundGrace: 0 }, seen, NOW);
  assert.equal(first.kind, 'retry');
  assert.equal(classifyPoll(error('NOT_FOUND'), { notFoundGrace: 0 }, first.pollState, NOW).kind, 'lost');
});

test('everything else is retried, however often it has failed', () => {
  const transient: [CodeName, ErrorKind][] = [
    ['UNAVAILABLE', 'STATUS'],
    ['UNAVAILABLE', 'NETWORK'],
    ['UNAVAILABLE', 'CREDENTIALS'],
    ['RESOURCE_EXHAUSTED', 'STATUS'],
    ['INTERNAL', 'STATUS'],
    ['DEADLINE_EXCEEDED', 'TIMEOUT'],
    ['ABORTED', 'STATUS'],
    ['CANCELLED', 'STATUS'],
    ['UNKNOWN', 'BODY'],
    ['UNKNOWN', 'REDIRECT'],
    ['DATA_LOSS', 'STATUS'],
  ];
  for (const [code, kind] of transient) {
    const decision = classifyPoll(error(code, kind), rules, { ...fresh, failures: 1_000 }, NOW);
    assert.ok(decision.kind === 'retry' && decision.afterMs === 30_000, `${code} ${kind}`);
  }
});

/** Polls of an operation that is not seen, each failing with this error, this long after the first. */
function decisions(failure: GoogleApiError, timesMs: number[], before: PollState = fresh) {
  let pollState = before;
  return timesMs.map((ms) => {
    const decision = classifyPoll(failure, rules, pollState, NOW + ms);
    ({ pollState } = decision);
    return decision.kind === 'failed' ? decision.type : decision.kind;
  });
}

const MINUTE = 60_000;

test('what might have passed fails the first poll when it is answered for the third time in a row', () => {
  for (const code of ['FAILED_PRECONDITION', 'UNIMPLEMENTED', 'OUT_OF_RANGE'] as const) {
    const failure = error(code, 'STATUS', { httpStatus: 400 });
    assert.deepEqual(decisions(failure, [0, 1_000, 3_000]), ['retry', 'retry', code]);
    const other = classifyPoll(error('UNAVAILABLE'), rules, { ...fresh, streak: streak(code, 2) }, NOW);
    assert.equal(other.pollState.streak, undefined, 'another answer in between begins a new count');
    assert.deepEqual(decisions(failure, [0], { ...fresh, streak: streak('PAGE', 20) }), ['retry']);
    assert.deepEqual(decisions(failure, [0, 1, 2, HOUR], seen), ['retry', 'retry', 'retry', 'retry']);
  }
});

function streak(of: PollStreak['of'], times: number, sinceMs = 0): PollStreak {
  return { of, times, since: NOW - sinceMs };
}

test('nothing but error pages for ten minutes fails the first poll with what their HTTP status means', () => {
  const types = [
    [400, 'INVALID_ARGUMENT'],
    [401, 'INVALID_ARGUMENT'],
    [403, 'PERMISSION_DENIED'],
    [405, 'INVALID_ARGUMENT'],
    [407, 'INVALID_ARGUMENT'],
    [501, 'INVALID_ARGUMENT'],
  ] as const;
  for (const [httpStatus, type] of types) {
    const page = error(codeOfHttpStatus(httpStatus), 'NOT_API_ERROR', { httpStatus });
    const [first, almost] = [{ ...fresh, streak: streak('PAGE', 1, 10 * MINUTE - 1) }, streak('PAGE', 20, 10 * MINUTE)];
    assert.deepEqual(decisions(page, [0]), ['retry']);
    assert.deepEqual(decisions(page, [HOUR], first), ['retry'], 'an hour without a worker proves nothing');
    assert.deepEqual(decisions(page, [-1, 0], { ...fresh, streak: almost }), ['retry', type], String(httpStatus));
    assert.deepEqual(decisions(page, [0], { ...seen, streak: almost }), ['retry']);
    const answered = classifyPoll(error('UNAVAILABLE'), rules, { ...fresh, streak: almost }, NOW);
    assert.equal(answered.pollState.streak, undefined, 'an answer of the API begins a new count');
  }
});

test('the pages of an outage or of a limit are retried, however long they come', () => {
  for (const httpStatus of [408, 429, 500, 502, 503, 504]) {
    const page = error(codeOfHttpStatus(httpStatus), 'NOT_API_ERROR', { httpStatus });
    assert.deepEqual(decisions(page, [0, HOUR, 24 * HOUR]), ['retry', 'retry', 'retry']);
    assert.equal(classifyPoll(page, rules, fresh, NOW).pollState.streak, undefined);
  }
});

test('credentials that are not there yet are waited for, for a minute, and looked for every five seconds', () => {
  const none = error('UNAUTHENTICATED', 'NO_CREDENTIALS');
  assert.deepEqual(decisions(none, [0, 30_000, MINUTE - 1, MINUTE]), ['retry', 'retry', 'retry', 'UNAUTHENTICATED']);
  assert.deepEqual(decisions(none, [0, HOUR]), ['retry', 'retry'], 'an hour without a worker proves nothing');
  const later = classifyPoll(none, rules, { ...fresh, failures: 9, streak: streak('NO_CREDENTIALS', 9, 20_000) }, NOW);
  assert.ok(later.kind === 'retry' && later.afterMs === 5_000);
  assert.deepEqual(decisions(none, [0, MINUTE, 2 * MINUTE], seen), ['retry', 'retry', 'retry']);
});

test('a 403 that may mean that the resource is not there yet is a 404 within the grace, and a 403 after it', () => {
  for (const answer of [
    "Permission 'x.operations.get' denied on resource '//x.googleapis.com/projects/p' (or it may not exist).",
    'The principal lacks IAM permission "x" for the resource "y" (or the resource may not exist).',
  ]) {
    const failure = error('PERMISSION_DENIED', 'STATUS', { httpStatus: 403, answer });
    assert.deepEqual(decisions(failure, [0, 9_999, 10_000]), ['retry', 'retry', 'PERMISSION_DENIED']);
    const first = classifyPoll(failure, rules, fresh, NOW);
    assert.equal(first.pollState.notFoundSince, NOW);
    const after = classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 10_000);
    assert.ok(after.kind === 'failed' && after.type === 'NOT_FOUND');
    const later = classifyPoll(failure, { notFoundGrace: 0 }, seen, NOW);
    assert.deepEqual([later.kind, later.pollState.deniedSince], ['retry', NOW], 'what has been seen exists');
  }
});

test('an Operation that Google three times in a row cannot write as JSON is read without response and metadata', () => {
  const unreadable = error('INTERNAL', 'STATUS', {
    httpStatus: 500,
    answer: 'Failed to convert server response to JSON',
  });
  for (const before of [fresh, seen]) {
    let pollState: PollState = before;
    const masks = [0, 1, 2, 3].map(() => {
      const decision = classifyPoll(unreadable, rules, pollState, NOW);
      assert.equal(decision.kind, 'retry');
      ({ pollState } = decision);
      return pollState.useFieldMask ?? false;
    });
    assert.deepEqual(masks, [false, false, true, true]);
  }
  const other = error('INTERNAL', 'STATUS', { httpStatus: 500, answer: 'Internal error' });
  assert.equal(
    classifyPoll(other, rules, { ...fresh, streak: streak('UNREADABLE', 5) }, NOW).pollState.useFieldMask,
    undefined,
  );
});

test('a Retry-After is honoured up to five minutes', () => {
  const delayFor = (retryAfterMs?: number) =>
    atLeastRetryAfter(1_000, error('UNAVAILABLE', 'STATUS', retryAfterMs === undefined ? {} : { retryAfterMs }));
  assert.equal(delayFor(), 1_000);
  assert.equal(delayFor(10), 1_000);
  assert.equal(delayFor(45_000), 45_000);
  assert.equal(delayFor(86_400_000), 300_000);
});

test('an error that answers a cancel is NOT_SUPPORTED or REFUSED, any other is no answer', () => {
  const answers: [CodeName, ErrorKind, number | undefined, string | undefined][] = [
    ['UNIMPLEMENTED', 'STATUS', 501, 'NOT_SUPPORTED'],
    ['UNIMPLEMENTED', 'NOT_API_ERROR', 501, 'NOT_SUPPORTED'],
    ['NOT_FOUND', 'NOT_API_ERROR', 404, 'NOT_SUPPORTED'],
    ['UNIMPLEMENTED', 'NOT_API_ERROR', 405, 'NOT_SUPPORTED'],
    ['UNIMPLEMENTED', 'STATUS', 404, 'NOT_SUPPORTED'],
    ['FAILED_PRECONDITION', 'STATUS', 400, 'REFUSED'],
    ['INVALID_ARGUMENT', 'STATUS', 400, 'REFUSED'],
    ['OUT_OF_RANGE', 'STATUS', 400, 'REFUSED'],
    ['ALREADY_EXISTS', 'STATUS', 409, 'REFUSED'],
    ['NOT_FOUND', 'STATUS', 404, 'REFUSED'],
    ['PERMISSION_DENIED', 'STATUS', 403, 'REFUSED'],
    ['INVALID_ARGUMENT', 'NOT_API_ERROR', 400, undefined],
    ['PERMISSION_DENIED', 'NOT_API_ERROR', 403, undefined],
    ['PERMISSION_DENIED', 'FORBIDDEN', undefined, undefined],
    ['UNAUTHENTICATED', 'STATUS', 401, undefined],
    ['CANCELLED', 'STATUS', 499, undefined],
    ['ABORTED', 'STATUS', 409, undefined],
    ['RESOURCE_EXHAUSTED', 'STATUS', 403, undefined],
    ['INTERNAL', 'STATUS', 500, undefined],
    ['UNAVAILABLE', 'NETWORK', undefined, undefined],
    ['UNKNOWN', 'REDIRECT', 302, undefined],
  ];
  for (const [code, kind, httpStatus, expected] of answers) {
    assert.equal(
      classifyCancelAnswer(error(code, kind, httpStatus === undefined ? {} : { httpStatus })),
      expected,
      `${code} ${kind}`,
    );
  }
});

test('an unanswered cancel is sent again, unless the rules forbid it or the credentials have failed for an hour', () => {
  for (const code of codeNames) assert.equal(classifyUnansweredCancel(error(code), seen, NOW).type, undefined);
  assert.equal(classifyUnansweredCancel(error('PERMISSION_DENIED', 'FORBIDDEN'), seen, NOW).type, 'PERMISSION_DENIED');
  assert.equal(classifyUnansweredCancel(error('INVALID_ARGUMENT', 'ARGUMENT'), seen, NOW).type, 'INVALID_ARGUMENT');
  const denied = { ...seen, failures: 19, deniedSince: NOW - HOUR };
  assert.equal(classifyUnansweredCancel(error('UNAUTHENTICATED'), denied, NOW).type, 'UNAUTHENTICATED');
  assert.equal(classifyUnansweredCancel(error('UNAVAILABLE'), denied, NOW).type, undefined);
});

test('the poll state counts every failure, and keeps the time of the first denied one', () => {
  assert.deepEqual(classifyPoll(error('UNAVAILABLE'), rules, seen, NOW).pollState, { ...seen, failures: 1 });
  assert.deepEqual(classifyPoll(error('NOT_FOUND'), rules, seen, NOW).pollState, {
    ...seen,
    failures: 1,
    notFoundSince: NOW,
  });
  const before = { ...seen, failures: 18, waitUnsupported: true };
  for (const [code, kind] of [
    ['UNAVAILABLE', 'NETWORK'],
    ['PERMISSION_DENIED', 'FORBIDDEN'],
    ['INVALID_ARGUMENT', 'ARGUMENT'],
  ] as const) {
    assert.deepEqual(classifyUnansweredCancel(error(code, kind), before, NOW).pollState, {
      ...before,
      failures: 19,
    });
  }
  const first = classifyUnansweredCancel(error('UNAUTHENTICATED'), before, NOW);
  assert.deepEqual(first, { pollState: { ...before, failures: 19, deniedSince: NOW } });
  assert.deepEqual(classifyUnansweredCancel(error('UNAUTHENTICATED'), first.pollState, NOW + HOUR), {
    type: 'UNAUTHENTICATED',
    pollState: { ...before, failures: 20, deniedSince: NOW },
  });
});

test('a failed wait that is no outage leads to get from then on', () => {
  const answers: [CodeName, ErrorKind, number | undefined, string][] = [
    ['UNIMPLEMENTED', 'STATUS', 501, 'unsupported'],
    ['INVALID_ARGUMENT', 'STATUS', 400, 'unsupported'],
    ['NOT_FOUND', 'STATUS', 404, 'unsupported'],
    ['PERMISSION_DENIED', 'STATUS', 403, 'unsupported'],
    ['FAILED_PRECONDITION', 'STATUS', 400, 'unsupported'],
    ['NOT_FOUND', 'NOT_API_ERROR', 404, 'unsupported'],
    ['UNIMPLEMENTED', 'NOT_API_ERROR', 405, 'unsupported'],
    ['UNAVAILABLE', 'STATUS', 503, 'transient'],
    ['UNAUTHENTICATED', 'STATUS', 401, 'transient'],
    ['RESOURCE_EXHAUSTED', 'STATUS', 403, 'transient'],
    ['DEADLINE_EXCEEDED', 'STATUS', 504, 'transient'],
    ['ABORTED', 'STATUS', 409, 'transient'],
    ['CANCELLED', 'STATUS', 499, 'transient'],
    ['INTERNAL', 'STATUS', 500, 'transient'],
    ['UNKNOWN', 'STATUS', 500, 'transient'],
    ['DATA_LOSS', 'STATUS', 500, 'transient'],
    ['INVALID_ARGUMENT', 'BODY', 200, 'transient'],
    ['OUT_OF_RANGE', 'STATUS', 416, 'unsupported'],
    ['UNAVAILABLE', 'NOT_API_ERROR', 502, 'transient'],
    ['UNAVAILABLE', 'NETWORK', undefined, 'transient'],
    ['DEADLINE_EXCEEDED', 'TIMEOUT', undefined, 'transient'],
    ['UNKNOWN', 'BODY', 200, 'transient'],
  ];
  for (const [code, kind, httpStatus, expected] of answers) {
    assert.equal(
      classifyWait(error(code, kind, httpStatus === undefined ? {} : { httpStatus })),
      expected,
      `${code} ${kind}`,
    );
  }
});

test('only UNIMPLEMENTED and an unknown route mean that the whole collection has no wait', () => {
  assert.equal(isWaitUnsupported(error('UNIMPLEMENTED', 'STATUS', { httpStatus: 501 })), true);
  assert.equal(isWaitUnsupported(error('NOT_FOUND', 'NOT_API_ERROR', { httpStatus: 404 })), true);
  assert.equal(isWaitUnsupported(error('NOT_FOUND', 'STATUS', { httpStatus: 404 })), false);
  assert.equal(isWaitUnsupported(error('PERMISSION_DENIED', 'STATUS', { httpStatus: 403 })), false);
  const unrecognized = { httpStatus: 400, answer: 'unrecognized request: POST "/v1/operations/1:wait"' };
  assert.equal(isWaitUnsupported(error('INVALID_ARGUMENT', 'STATUS', unrecognized)), true);
  assert.equal(isWaitUnsupported(error('INVALID_ARGUMENT', 'STATUS', { httpStatus: 400, answer: 'bad name' })), false);
});
