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
import type { PollState } from '../../contract/activities.js';
import { type CodeName, codeNames } from '../../contract/code.js';
import { type ErrorKind, GoogleApiError } from '../../google/error.js';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const rules = { notFoundGrace: 10_000 };
const fresh: PollState = { polls: 1, failures: 0 };
const seen: PollState = { ...fresh, seenAt: NOW - 60_000 };

function error(code: CodeName, kind: ErrorKind = 'STATUS', more: { httpStatus?: number; retryAfterMs?: number } = {}) {
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
    ['FAILED_PRECONDITION', 'STATUS'],
    ['UNIMPLEMENTED', 'STATUS'],
    ['PERMISSION_DENIED', 'NOT_API_ERROR'],
    ['INVALID_ARGUMENT', 'NOT_API_ERROR'],
  ];
  for (const [code, kind] of transient) {
    const decision = classifyPoll(error(code, kind), rules, { ...fresh, failures: 1_000 }, NOW);
    assert.ok(decision.kind === 'retry' && decision.afterMs === 30_000, `${code} ${kind}`);
  }
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

test('only UNIMPLEMENTED and a missing route mean that the whole collection has no wait', () => {
  assert.equal(isWaitUnsupported(error('UNIMPLEMENTED', 'STATUS', { httpStatus: 501 })), true);
  assert.equal(isWaitUnsupported(error('NOT_FOUND', 'NOT_API_ERROR', { httpStatus: 404 })), true);
  assert.equal(isWaitUnsupported(error('NOT_FOUND', 'STATUS', { httpStatus: 404 })), false);
  assert.equal(isWaitUnsupported(error('PERMISSION_DENIED', 'STATUS', { httpStatus: 403 })), false);
});
