import type { LookRequest, Trail } from '../contract/activities.js';
import type { CodeName } from '../contract/code.js';
import type { FailureType } from '../contract/messages.js';
import type { OperationsError } from '../google/error.js';
import { backoff } from './polling/interval.js';

/** Once an operation has been seen, being denied is taken for passing for an hour: giving up would lose the outcome. */
const DENIED_FOR = 3_600_000;
/** And so many failures: an hour in which no worker was there says nothing. */
const DENIED_TIMES = 20;
/** Google's wish to be asked later is honoured up to five minutes. */
const LONGEST_WISH = 300_000;

/** What a failed look means. */
export type Verdict =
  | { kind: 'again'; afterMs: number; trail: Trail }
  | { kind: 'lost'; trail: Trail }
  | { kind: 'failed'; type: FailureType; trail: Trail };

/**
 * Decides what a failed look means, from what went before.
 *
 * Not found is believed once it has lasted for the grace; denied at once on the first look, and after an hour later; a bad
 * argument on the first look only. Everything else may pass.
 */
export function judgeLook(
  error: OperationsError,
  request: Pick<LookRequest, 'notFoundGrace'>,
  before: Trail,
  now: number,
): Verdict {
  const seen = before.seenAt !== undefined;
  const trail: Trail = { ...before, failures: before.failures + 1 };
  const again = (afterMs = wishOr(backoff(trail.failures), error)): Verdict => ({
    kind: 'again',
    afterMs,
    trail,
  });

  if (error.code === 'NOT_FOUND' && (error.kind === 'STATUS' || !seen)) {
    const since = before.missingSince ?? now;
    trail.missingSince = since;
    const lasted = now - since >= request.notFoundGrace;
    if (lasted && !seen) return { kind: 'failed', type: 'NOT_FOUND', trail };
    if (lasted && before.missingSince !== undefined) return { kind: 'lost', trail };
    return again(Math.min(backoff(trail.failures), Math.max(0, since + request.notFoundGrace - now)));
  }
  if (isDenied(error)) {
    const since = before.deniedSince ?? now;
    trail.deniedSince = since;
    if (!seen || (now - since >= DENIED_FOR && trail.failures >= DENIED_TIMES))
      return { kind: 'failed', type: deniedType(error), trail };
    return again();
  }
  if (isBadArgument(error) && !seen) return { kind: 'failed', type: 'INVALID_ARGUMENT', trail };
  return again();
}

/** What an answer to a cancel means, in the words of the record; `undefined` where it is no answer and the cancel is sent again. */
export function judgeCancel(error: OperationsError): 'NOT_SUPPORTED' | 'REFUSED' | undefined {
  if (error.httpStatus === 501) return 'NOT_SUPPORTED';
  if (error.kind === 'PAGE')
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
export function judgeUnanswered(
  error: OperationsError,
  before: Trail,
  now: number,
): { type?: FailureType; trail: Trail } {
  const trail: Trail = { ...before, failures: before.failures + 1 };
  if (error.kind === 'FORBIDDEN') return { type: 'PERMISSION_DENIED', trail };
  if (error.kind === 'ARGUMENT') return { type: 'INVALID_ARGUMENT', trail };
  if (error.code !== 'UNAUTHENTICATED') return { trail };
  trail.deniedSince = before.deniedSince ?? now;
  const isFinal = now - trail.deniedSince >= DENIED_FOR && trail.failures >= DENIED_TIMES;
  return isFinal ? { type: 'UNAUTHENTICATED', trail } : { trail };
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
export function judgeWait({ kind, code, httpStatus }: OperationsError): 'lacking' | 'passing' {
  if (kind === 'PAGE') return [400, 403, 404, 405, 501].includes(httpStatus ?? 0) ? 'lacking' : 'passing';
  return kind === 'STATUS' && !PASSING.includes(code) ? 'lacking' : 'passing';
}

/** Whether a failed `wait` says of the service, not only of this operation, that it has none. */
export function lacksWait({ kind, code, httpStatus }: OperationsError): boolean {
  return (
    (kind === 'STATUS' && code === 'UNIMPLEMENTED') ||
    (kind === 'PAGE' && [404, 405, 501].includes(httpStatus ?? 0))
  );
}

/** The wait after a failure, in ms: what Google wishes, up to five minutes, where that is longer than our own. */
export function wishOr(own: number, error: OperationsError): number {
  return Math.max(own, Math.min(LONGEST_WISH, error.retryAfterMs ?? 0));
}

// An error page is not Google's API speaking: a proxy's 403 passes.
function isDenied({ code, kind }: OperationsError): boolean {
  return (code === 'PERMISSION_DENIED' || code === 'UNAUTHENTICATED') && kind !== 'PAGE';
}

function deniedType({ code }: OperationsError): FailureType {
  return code === 'UNAUTHENTICATED' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
}

function isBadArgument({ code, kind }: OperationsError): boolean {
  return code === 'INVALID_ARGUMENT' && kind !== 'PAGE';
}
