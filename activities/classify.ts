import type { PollRequest, PollState } from '../contract/activities.js';
import type { CodeName } from '../contract/code.js';
import type { FailureType } from '../contract/messages.js';
import type { GoogleApiError } from '../google/error.js';
import { backoff } from './polling/interval.js';

/** Once an operation has been seen, being denied is taken for passing for an hour: giving up would lose the outcome. */
const DENIED_FOR = 3_600_000;
/** And so many failures: an hour in which no worker was there says nothing. */
const DENIED_TIMES = 20;
/** Google's wish to be asked later is honoured up to five minutes. */
const MAX_RETRY_AFTER_MS = 300_000;

/** What a failed look means. */
export type Decision =
  | { kind: 'again'; afterMs: number; pollState: PollState }
  | { kind: 'lost'; pollState: PollState }
  | { kind: 'failed'; type: FailureType; pollState: PollState };

/**
 * Decides what a failed look means, from what went before.
 *
 * Not found is believed once it has lasted for the grace; denied at once on the first look, and after an hour later; a bad
 * argument on the first look only. Everything else may pass.
 */
export function classifyPoll(
  error: GoogleApiError,
  request: Pick<PollRequest, 'notFoundGrace'>,
  before: PollState,
  now: number,
): Decision {
  const seen = before.seenAt !== undefined;
  const pollState: PollState = { ...before, failures: before.failures + 1 };
  const again = (afterMs = atLeastRetryAfter(backoff(pollState.failures), error)): Decision => ({
    kind: 'again',
    afterMs,
    pollState,
  });

  if (error.code === 'NOT_FOUND' && (error.kind === 'STATUS' || !seen)) {
    const since = before.notFoundSince ?? now;
    pollState.notFoundSince = since;
    const lasted = now - since >= request.notFoundGrace;
    if (lasted && !seen) return { kind: 'failed', type: 'NOT_FOUND', pollState };
    if (lasted && before.notFoundSince !== undefined) return { kind: 'lost', pollState };
    return again(Math.min(backoff(pollState.failures), Math.max(0, since + request.notFoundGrace - now)));
  }
  if (isDenied(error)) {
    const since = before.deniedSince ?? now;
    pollState.deniedSince = since;
    if (!seen || (now - since >= DENIED_FOR && pollState.failures >= DENIED_TIMES))
      return { kind: 'failed', type: deniedType(error), pollState };
    return again();
  }
  if (isBadArgument(error) && !seen) return { kind: 'failed', type: 'INVALID_ARGUMENT', pollState };
  return again();
}

/** What an answer to a cancel means, in the words of the record; `undefined` where it is no answer and the cancel is sent again. */
export function classifyCancelAnswer(error: GoogleApiError): 'NOT_SUPPORTED' | 'REFUSED' | undefined {
  if (error.httpStatus === 501) return 'NOT_SUPPORTED';
  if (error.kind === 'NOT_API_ERROR')
    return error.httpStatus === 404 || error.httpStatus === 405 ? 'NOT_SUPPORTED' : undefined;
  if (error.kind !== 'STATUS') return undefined;
  switch (error.code) {
    case 'UNIMPLEMENTED':
      return 'NOT_SUPPORTED';
    case 'FAILED_PRECONDITION':
    case 'INVALID_ARGUMENT':
    case 'OUT_OF_RANGE':
    case 'NOT_FOUND':
    case 'ALREADY_EXISTS':
    case 'PERMISSION_DENIED':
      return 'REFUSED';
    default:
      return undefined;
  }
}

/** What a failed cancel means when it is no answer: `undefined` is to send it again. */
export function classifyUnansweredCancel(
  error: GoogleApiError,
  before: PollState,
  now: number,
): { type?: FailureType; pollState: PollState } {
  const pollState: PollState = { ...before, failures: before.failures + 1 };
  if (error.kind === 'FORBIDDEN') return { type: 'PERMISSION_DENIED', pollState };
  if (error.kind === 'ARGUMENT') return { type: 'INVALID_ARGUMENT', pollState };
  if (error.code !== 'UNAUTHENTICATED') return { pollState };
  pollState.deniedSince = before.deniedSince ?? now;
  const isFinal = now - pollState.deniedSince >= DENIED_FOR && pollState.failures >= DENIED_TIMES;
  return isFinal ? { type: 'UNAUTHENTICATED', pollState } : { pollState };
}

const PASSING: readonly CodeName[] = [
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

/** What a failed `wait` says of this operation: `get` has to do from now on, or only for the next look. It decides nothing else. */
export function classifyWait({ kind, code, httpStatus }: GoogleApiError): 'lacking' | 'passing' {
  if (kind === 'NOT_API_ERROR')
    return [400, 403, 404, 405, 501].includes(httpStatus ?? 0) ? 'lacking' : 'passing';
  return kind === 'STATUS' && !PASSING.includes(code) ? 'lacking' : 'passing';
}

/** Whether a failed `wait` says of the service, not only of this operation, that it has none. */
export function isWaitUnsupported({ kind, code, httpStatus }: GoogleApiError): boolean {
  return (
    (kind === 'STATUS' && code === 'UNIMPLEMENTED') ||
    (kind === 'NOT_API_ERROR' && [404, 405, 501].includes(httpStatus ?? 0))
  );
}

/** The wait after a failure, in ms: what Google wishes, up to five minutes, where that is longer than our own. */
export function atLeastRetryAfter(own: number, error: GoogleApiError): number {
  return Math.max(own, Math.min(MAX_RETRY_AFTER_MS, error.retryAfterMs ?? 0));
}

// An error page is not Google's API speaking: a proxy's 403 passes.
function isDenied({ code, kind }: GoogleApiError): boolean {
  return (code === 'PERMISSION_DENIED' || code === 'UNAUTHENTICATED') && kind !== 'NOT_API_ERROR';
}

function deniedType({ code }: GoogleApiError): FailureType {
  return code === 'UNAUTHENTICATED' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
}

function isBadArgument({ code, kind }: GoogleApiError): boolean {
  return code === 'INVALID_ARGUMENT' && kind !== 'NOT_API_ERROR';
}
