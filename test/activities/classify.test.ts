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

function error(
  code: CodeName,
  kind: ErrorKind = 'STATUS',
  more: { httpStatus?: number; retryAfterMs?: number } = {},
) {
  return new GoogleApiError(`${code} ${kind}`, { code, kind, ...more });
}

test('on the first look, denied and bad argument fail at once', () => {
  for (const code of ['PERMISSION_DENIED', 'UNAUTHENTICATED', 'INVALID_ARGUMENT'] as const) {
    const verdict = classifyPoll(error(code), rules, fresh, NOW);
    assert.deepEqual([verdict.kind, verdict.kind === 'failed' && verdict.type], ['failed', code]);
  }
  const credentials = classifyPoll(error('UNAUTHENTICATED', 'CREDENTIALS'), rules, fresh, NOW);
  assert.equal(credentials.kind, 'failed');
});

test("the worker's own rules fail the first look as PERMISSION_DENIED", () => {
  const verdict = classifyPoll(error('PERMISSION_DENIED', 'FORBIDDEN'), rules, fresh, NOW);
  assert.deepEqual(
    [verdict.kind, verdict.kind === 'failed' && verdict.type],
    ['failed', 'PERMISSION_DENIED'],
  );
});

test('once the operation was seen, denied is retried for an hour and fails then', () => {
  const first = classifyPoll(error('PERMISSION_DENIED'), rules, seen, NOW);
  assert.equal(first.kind, 'again');
  const often = { ...first.pollState, failures: 19 };
  assert.equal(classifyPoll(error('UNAUTHENTICATED'), rules, often, NOW + HOUR - 1).kind, 'again');
  assert.equal(classifyPoll(error('PERMISSION_DENIED'), rules, often, NOW + HOUR).kind, 'failed');
});

test('an hour in which nobody looked does not count: it takes twenty failures too', () => {
  const asleep = { ...seen, failures: 18, deniedSince: NOW - HOUR };
  assert.equal(classifyPoll(error('PERMISSION_DENIED'), rules, asleep, NOW).kind, 'again');
  assert.equal(classifyUnansweredCancel(error('UNAUTHENTICATED'), asleep, NOW).type, undefined);
});

test('once the operation was seen, a bad argument is retried', () => {
  assert.equal(classifyPoll(error('INVALID_ARGUMENT'), rules, seen, NOW).kind, 'again');
});

test('not found on the first look is not believed before the grace is over', () => {
  const first = classifyPoll(error('NOT_FOUND'), rules, fresh, NOW);
  assert.equal(first.kind, 'again');
  const early = classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 9_999);
  assert.ok(early.kind === 'again' && early.afterMs === 1, 'the last look comes when the grace is over');
  const late = classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 10_000);
  assert.deepEqual([late.kind, late.kind === 'failed' && late.type], ['failed', 'NOT_FOUND']);
});

test('without a grace, not found on the first look fails at once', () => {
  assert.equal(classifyPoll(error('NOT_FOUND'), { notFoundGrace: 0 }, fresh, NOW).kind, 'failed');
});

test('an HTML 404 fails the first look too, but never loses an operation that was seen', () => {
  const page = error('NOT_FOUND', 'NOT_API_ERROR', { httpStatus: 404 });
  assert.equal(classifyPoll(page, { notFoundGrace: 0 }, fresh, NOW).kind, 'failed');
  assert.equal(
    classifyPoll(page, { notFoundGrace: 0 }, { ...seen, notFoundSince: NOW - HOUR }, NOW).kind,
    'again',
  );
});

test('an operation that was seen is lost after two looks without it, a grace apart', () => {
  const first = classifyPoll(error('NOT_FOUND'), rules, seen, NOW);
  assert.ok(first.kind === 'again' && first.afterMs <= 10_000);
  assert.equal(classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 9_000).kind, 'again');
  assert.equal(classifyPoll(error('NOT_FOUND'), rules, first.pollState, NOW + 10_000).kind, 'lost');
});

test('one look without it loses nothing, even without a grace', () => {
  const first = classifyPoll(error('NOT_FOUND'), { notFoundGrace: 0 }, seen, NOW);
  assert.equal(first.kind, 'again');
  assert.equal(classifyPoll(error('NOT_FOUND'), { notFoundGrace: 0 }, first.pollState, NOW).kind, 'lost');
});

test('everything else is tried again, however often it failed', () => {
  const passing: [CodeName, ErrorKind][] = [
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
  for (const [code, kind] of passing) {
    const verdict = classifyPoll(error(code, kind), rules, { ...fresh, failures: 1_000 }, NOW);
    assert.ok(verdict.kind === 'again' && verdict.afterMs === 30_000, `${code} ${kind}`);
  }
});

test('what Google wishes is honoured up to five minutes', () => {
  const wish = (retryAfterMs?: number) =>
    atLeastRetryAfter(
      1_000,
      error('UNAVAILABLE', 'STATUS', retryAfterMs === undefined ? {} : { retryAfterMs }),
    );
  assert.equal(wish(), 1_000);
  assert.equal(wish(10), 1_000);
  assert.equal(wish(45_000), 45_000);
  assert.equal(wish(86_400_000), 300_000);
});

test('an answer to a cancel is one of two words, or none', () => {
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
  for (const [code, kind, httpStatus, word] of answers) {
    assert.equal(
      classifyCancelAnswer(error(code, kind, httpStatus === undefined ? {} : { httpStatus })),
      word,
      `${code} ${kind}`,
    );
  }
});

test('a cancel without an answer is sent again, unless it may not be sent or nobody let us in for an hour', () => {
  for (const code of codeNames)
    assert.equal(classifyUnansweredCancel(error(code), seen, NOW).type, undefined);
  assert.equal(
    classifyUnansweredCancel(error('PERMISSION_DENIED', 'FORBIDDEN'), seen, NOW).type,
    'PERMISSION_DENIED',
  );
  assert.equal(
    classifyUnansweredCancel(error('INVALID_ARGUMENT', 'ARGUMENT'), seen, NOW).type,
    'INVALID_ARGUMENT',
  );
  const denied = { ...seen, failures: 19, deniedSince: NOW - HOUR };
  assert.equal(classifyUnansweredCancel(error('UNAUTHENTICATED'), denied, NOW).type, 'UNAUTHENTICATED');
  assert.equal(classifyUnansweredCancel(error('UNAVAILABLE'), denied, NOW).type, undefined);
});

test('every failure is counted and remembered, with the moment since when nobody was let in', () => {
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

test('a failed wait never decides: where it is not an outage, get does from then on', () => {
  const answers: [CodeName, ErrorKind, number | undefined, string][] = [
    ['UNIMPLEMENTED', 'STATUS', 501, 'lacking'],
    ['INVALID_ARGUMENT', 'STATUS', 400, 'lacking'],
    ['NOT_FOUND', 'STATUS', 404, 'lacking'],
    ['PERMISSION_DENIED', 'STATUS', 403, 'lacking'],
    ['FAILED_PRECONDITION', 'STATUS', 400, 'lacking'],
    ['NOT_FOUND', 'NOT_API_ERROR', 404, 'lacking'],
    ['UNIMPLEMENTED', 'NOT_API_ERROR', 405, 'lacking'],
    ['UNAVAILABLE', 'STATUS', 503, 'passing'],
    ['UNAUTHENTICATED', 'STATUS', 401, 'passing'],
    ['RESOURCE_EXHAUSTED', 'STATUS', 403, 'passing'],
    ['DEADLINE_EXCEEDED', 'STATUS', 504, 'passing'],
    ['ABORTED', 'STATUS', 409, 'passing'],
    ['CANCELLED', 'STATUS', 499, 'passing'],
    ['INTERNAL', 'STATUS', 500, 'passing'],
    ['UNKNOWN', 'STATUS', 500, 'passing'],
    ['DATA_LOSS', 'STATUS', 500, 'passing'],
    ['INVALID_ARGUMENT', 'BODY', 200, 'passing'],
    ['OUT_OF_RANGE', 'STATUS', 416, 'lacking'],
    ['UNAVAILABLE', 'NOT_API_ERROR', 502, 'passing'],
    ['UNAVAILABLE', 'NETWORK', undefined, 'passing'],
    ['DEADLINE_EXCEEDED', 'TIMEOUT', undefined, 'passing'],
    ['UNKNOWN', 'BODY', 200, 'passing'],
  ];
  for (const [code, kind, httpStatus, word] of answers) {
    assert.equal(
      classifyWait(error(code, kind, httpStatus === undefined ? {} : { httpStatus })),
      word,
      `${code} ${kind}`,
    );
  }
});

test('only an answer about the service says that the whole collection has no wait', () => {
  assert.equal(isWaitUnsupported(error('UNIMPLEMENTED', 'STATUS', { httpStatus: 501 })), true);
  assert.equal(isWaitUnsupported(error('NOT_FOUND', 'NOT_API_ERROR', { httpStatus: 404 })), true);
  assert.equal(isWaitUnsupported(error('NOT_FOUND', 'STATUS', { httpStatus: 404 })), false);
  assert.equal(isWaitUnsupported(error('PERMISSION_DENIED', 'STATUS', { httpStatus: 403 })), false);
});
