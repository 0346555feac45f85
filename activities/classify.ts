import type { PollRequest, PollState } from '../contract/activities.js';
import type { CodeName } from '../contract/code.js';
import type { FailureType } from '../contract/messages.js';
import type { GoogleApiError } from '../google/error.js';
import { backoff } from './polling/interval.js';

/** Once an operation has been seen, 401 and 403 are retried for an hour, because giving up would lose the outcome. */
const DENIED_GRACE_MS = 3_600_000;
/** They are retried for at least this many failures, as there may have been no worker during that hour. */
const MIN_DENIED_FAILURES = 20;
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
 * - INVALID_ARGUMENT fails the first poll only.
 * - Everything else is retried.
 */
export function classifyPoll(
  error: GoogleApiError,
  request: Pick<PollRequest, 'notFoundGrace'>,
  before: PollState,
  now: number,
): Decision {
  const seen = before.seenAt !== undefined;
  const pollState: PollState = { ...before, failures: before.failures + 1 };
  const retry = (afterMs = atLeastRetryAfter(backoff(pollState.failures), error)): Decision => ({
    kind: 'retry',
    afterMs,
    pollState,
  });

  // A 404 that is not from the API means a wrong URL. If the operation has been seen it is a transient error.
  if (error.code === 'NOT_FOUND' && (error.kind === 'STATUS' || !seen)) {
    const since = before.notFoundSince ?? now;
    pollState.notFoundSince = since;
    const hasLasted = now - since >= request.notFoundGrace;
    if (hasLasted && !seen) return { kind: 'failed', type: 'NOT_FOUND', pollState };
    if (hasLasted && before.notFoundSince !== undefined) return { kind: 'lost', pollState };
    return retry(Math.min(backoff(pollState.failures), Math.max(0, since + request.notFoundGrace - now)));
  }
  if (isDenied(error)) {
    const since = before.deniedSince ?? now;
    pollState.deniedSince = since;
    if (!seen || hasBeenDenied(since, pollState, now)) return { kind: 'failed', type: deniedType(error), pollState };
    return retry();
  }
  if (isBadArgument(error) && !seen) return { kind: 'failed', type: 'INVALID_ARGUMENT', pollState };
  return retry();
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
  if (httpStatus === 501) return 'NOT_SUPPORTED';
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
  const isTransient =
    kind === 'NOT_API_ERROR'
      ? ![400, 403, 404, 405, 501].includes(httpStatus ?? 0)
      : kind !== 'STATUS' || TRANSIENT_CODES.includes(code);
  return isTransient ? 'transient' : 'unsupported';
}

/** Whether a failed `wait` means that the collection has none: UNIMPLEMENTED (operations.proto) or no route. */
export function isWaitUnsupported({ kind, code, httpStatus }: GoogleApiError): boolean {
  return (
    (kind === 'STATUS' && code === 'UNIMPLEMENTED') ||
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

// A proxy's 403 page is no answer of Google's API.
function isDenied({ code, kind }: GoogleApiError): boolean {
  return (code === 'PERMISSION_DENIED' || code === 'UNAUTHENTICATED') && kind !== 'NOT_API_ERROR';
}

function deniedType({ code }: GoogleApiError): FailureType {
  return code === 'UNAUTHENTICATED' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
}

function isBadArgument({ code, kind }: GoogleApiError): boolean {
  return code === 'INVALID_ARGUMENT' && kind !== 'NOT_API_ERROR';
}
