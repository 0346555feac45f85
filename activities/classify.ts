import type { PollRequest, PollState, PollStreak } from '../contract/activities.js';
import type { CodeName } from '../contract/code.js';
import type { FailureType } from '../contract/messages.js';
import type { GoogleApiError } from '../google/error.js';
import { backoff } from './polling/interval.js';

/** Once an operation has been seen, 401 and 403 are retried for an hour, because giving up would lose the outcome. */
const DENIED_GRACE_MS = 3_600_000;
/** They are retried for at least this many failures, as there may have been no worker during that hour. */
const MIN_DENIED_FAILURES = 20;
/** An answer that may pass fails a first poll only after this many in a row. */
const MIN_LASTING_ANSWERS = 3;
/** Error pages alone, of a proxy or a firewall, may pass within this time. */
const PAGES_GRACE_MS = 600_000;
/** A machine that starts has its credentials within this time. */
const CREDENTIALS_GRACE_MS = 60_000;
const CREDENTIALS_RETRY_MS = 5_000;
const MAX_RETRY_AFTER_MS = 300_000;

/** The decision after a failed poll. */
type Decision =
  | { kind: 'retry'; afterMs: number; pollState: PollState }
  | { kind: 'lost'; pollState: PollState }
  | { kind: 'failed'; type: FailureType; pollState: PollState };

/**
 * Decides what to do after a failed `get`, given the polls before it.
 *
 * - NOT_FOUND counts once it has lasted for `notFoundGrace`: a new operation may not be visible yet. An
 *   operation that had been seen is lost then, as operations may expire after their end (AIP-151).
 * - PERMISSION_DENIED and UNAUTHENTICATED fail the first poll, and a later one after an hour. Google checks
 *   the permission before the existence, so they say nothing about the operation (AIP-193).
 * - A 403 that says "(or it may not exist)" counts as NOT_FOUND while the first poll is within the grace.
 * - INVALID_ARGUMENT fails the first poll only. FAILED_PRECONDITION, UNIMPLEMENTED and OUT_OF_RANGE fail it the
 *   third time in a row, missing credentials after a minute, and nothing but error pages after ten.
 * - An Operation that Google three times in a row cannot write as JSON is read without response and metadata.
 * - Everything else is retried.
 */
export function classifyPoll(
  error: GoogleApiError,
  request: Pick<PollRequest, 'notFoundGrace'>,
  before: PollState,
  now: number,
): Decision {
  const seen = before.seenAt !== undefined;
  const pollState = afterFailure(error, before, now);
  const retry = (maxMs = Number.POSITIVE_INFINITY): Decision => ({
    kind: 'retry',
    afterMs: Math.min(atLeastRetryAfter(backoff(pollState.failures), error), Math.max(0, maxMs)),
    pollState,
  });
  const failed = (type: FailureType): Decision => ({ kind: 'failed', type, pollState });

  // A 404 that is not from the API means a wrong URL. If the operation has been seen it is a transient error.
  if ((error.code === 'NOT_FOUND' && (error.kind === 'STATUS' || !seen)) || (!seen && mayNotExist(error))) {
    const since = before.notFoundSince ?? now;
    pollState.notFoundSince = since;
    const hasLasted = now - since >= request.notFoundGrace;
    if (hasLasted && !seen) return failed(error.code === 'NOT_FOUND' ? 'NOT_FOUND' : 'PERMISSION_DENIED');
    if (hasLasted && before.notFoundSince !== undefined) return { kind: 'lost', pollState };
    return retry(since + request.notFoundGrace - now);
  }
  const { streak } = pollState;
  if (streak !== undefined && !seen) {
    const type = typeOfStreak(streak, error, now);
    if (type !== undefined) return failed(type);
    return retry(streak.of === 'NO_CREDENTIALS' ? CREDENTIALS_RETRY_MS : undefined);
  }
  if (isDenied(error)) {
    const since = before.deniedSince ?? now;
    pollState.deniedSince = since;
    if (!seen || hasBeenDenied(since, pollState, now))
      return failed(error.code === 'UNAUTHENTICATED' ? error.code : 'PERMISSION_DENIED');
    return retry();
  }
  if (error.code === 'INVALID_ARGUMENT' && !seen) return failed('INVALID_ARGUMENT');
  return retry();
}

/** The poll state after one more failure. */
export function afterFailure(error: GoogleApiError, { streak: last, ...before }: PollState, now: number): PollState {
  const pollState: PollState = { ...before, failures: before.failures + 1 };
  const of = kindOfStreak(error);
  if (of === undefined) return pollState;
  pollState.streak = last?.of === of ? { ...last, times: last.times + 1 } : { of, times: 1, since: now };
  if (of === 'UNREADABLE' && pollState.streak.times >= MIN_LASTING_ANSWERS) pollState.useFieldMask = true;
  return pollState;
}

/** The type that a first poll fails with after these answers in a row; `undefined` while they may pass. */
export function typeOfStreak(
  { of, times, since }: PollStreak,
  { httpStatus }: GoogleApiError,
  now: number,
): FailureType | undefined {
  // As there may have been no worker during the time, it takes three of them as well.
  if (times < MIN_LASTING_ANSWERS || of === 'UNREADABLE') return undefined;
  if (of === 'NO_CREDENTIALS') return now - since < CREDENTIALS_GRACE_MS ? undefined : 'UNAUTHENTICATED';
  if (of !== 'PAGE') return of;
  if (now - since < PAGES_GRACE_MS) return undefined;
  return httpStatus === 403 ? 'PERMISSION_DENIED' : 'INVALID_ARGUMENT';
}

function kindOfStreak({ code, kind, httpStatus = 0, answer = '' }: GoogleApiError): PollStreak['of'] | undefined {
  if (kind === 'NO_CREDENTIALS') return kind;
  // The pages of an outage or a limit pass by themselves.
  if (kind === 'NOT_API_ERROR')
    return (httpStatus < 500 && ![408, 429].includes(httpStatus)) || httpStatus === 501 ? 'PAGE' : undefined;
  if (kind !== 'STATUS') return undefined;
  if (code === 'INTERNAL' && /failed to convert server response to json/i.test(answer)) return 'UNREADABLE';
  return code === 'FAILED_PRECONDITION' || code === 'UNIMPLEMENTED' || code === 'OUT_OF_RANGE' ? code : undefined;
}

type UnacceptedStatus = 'NOT_SUPPORTED' | 'REFUSED';

/** A service without cancel answers UNIMPLEMENTED (operations.proto). The other codes are permanent. */
const UNACCEPTED_STATUS: Partial<Record<CodeName, UnacceptedStatus>> = {
  UNIMPLEMENTED: 'NOT_SUPPORTED',
  FAILED_PRECONDITION: 'REFUSED',
  INVALID_ARGUMENT: 'REFUSED',
  OUT_OF_RANGE: 'REFUSED',
  NOT_FOUND: 'REFUSED',
  ALREADY_EXISTS: 'REFUSED',
  PERMISSION_DENIED: 'REFUSED',
};

/**
 * The recorded status for an error that answers a cancel; `undefined` if it is no answer, so the cancel is sent again.
 *
 * A collection without a cancel binding gets a 404 or 405 of the router, which is no google.rpc.Status.
 */
export function classifyCancelAnswer({ code, kind, httpStatus }: GoogleApiError): UnacceptedStatus | undefined {
  if (kind === 'NO_METHOD' || httpStatus === 501) return 'NOT_SUPPORTED';
  if (kind === 'NOT_API_ERROR') return httpStatus === 404 || httpStatus === 405 ? 'NOT_SUPPORTED' : undefined;
  return kind === 'STATUS' ? UNACCEPTED_STATUS[code] : undefined;
}

/** The failure of an unanswered cancel: without a `type` it is sent again, else the activity fails with it. */
export function classifyUnansweredCancel(
  error: GoogleApiError,
  before: PollState,
  now: number,
): { type?: FailureType; pollState: PollState } {
  const pollState: PollState = { ...before, failures: before.failures + 1 };
  if (error.kind === 'FORBIDDEN') return { type: 'PERMISSION_DENIED', pollState };
  if (error.kind === 'ARGUMENT') return { type: 'INVALID_ARGUMENT', pollState };
  if (error.code !== 'UNAUTHENTICATED') return { pollState };
  const since = before.deniedSince ?? now;
  pollState.deniedSince = since;
  return hasBeenDenied(since, pollState, now) ? { type: 'UNAUTHENTICATED', pollState } : { pollState };
}

const TRANSIENT_CODES: readonly CodeName[] = [
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'DEADLINE_EXCEEDED',
  'ABORTED',
  'CANCELLED',
  'INTERNAL',
  'UNKNOWN',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/**
 * The consequence of a failed `wait`: `unsupported` is polled with `get` from now on, `transient` only the next
 * time. It decides nothing about the operation itself: `wait` is best effort (operations.proto, WaitOperation).
 */
export function classifyWait({ kind, code, httpStatus }: GoogleApiError): 'unsupported' | 'transient' {
  if (kind === 'NO_METHOD') return 'unsupported';
  const isTransient =
    kind === 'NOT_API_ERROR'
      ? ![400, 403, 404, 405, 501].includes(httpStatus ?? 0)
      : kind !== 'STATUS' || TRANSIENT_CODES.includes(code);
  return isTransient ? 'transient' : 'unsupported';
}

/**
 * Whether a failed `wait` means that the collection has none: UNIMPLEMENTED (operations.proto), or no route, which
 * gapic-showcase calls an "unrecognized request" with INVALID_ARGUMENT.
 */
export function isWaitUnsupported({ kind, code, httpStatus, answer = '' }: GoogleApiError): boolean {
  return (
    kind === 'NO_METHOD' ||
    (kind === 'STATUS' && code === 'UNIMPLEMENTED') ||
    (kind === 'STATUS' && code === 'INVALID_ARGUMENT' && /unrecognized request/i.test(answer)) ||
    (kind === 'NOT_API_ERROR' && [404, 405, 501].includes(httpStatus ?? 0))
  );
}

/** The delay after a failure, in ms: our own, or a longer one that Google asks for, up to five minutes. */
export function atLeastRetryAfter(ownMs: number, { retryAfterMs = 0 }: GoogleApiError): number {
  return Math.max(ownMs, Math.min(MAX_RETRY_AFTER_MS, retryAfterMs));
}

function hasBeenDenied(since: number, { failures }: PollState, now: number): boolean {
  return now - since >= DENIED_GRACE_MS && failures >= MIN_DENIED_FAILURES;
}

/** Google's 403 does not tell a missing permission from a resource that is not there yet. */
function mayNotExist({ code, kind, answer = '' }: GoogleApiError): boolean {
  return (
    code === 'PERMISSION_DENIED' && kind === 'STATUS' && /\bor (?:it|[\w ]{0,80}resource) may not exist\b/i.test(answer)
  );
}

// A proxy's 403 page is no answer of Google's API.
function isDenied({ code, kind }: GoogleApiError): boolean {
  return (code === 'PERMISSION_DENIED' || code === 'UNAUTHENTICATED') && kind !== 'NOT_API_ERROR';
}
