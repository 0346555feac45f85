import { ApplicationFailure } from '@temporalio/activity';
import type {
  CancelAnswer,
  CancelRequest,
  LookRequest,
  Loss,
  Sighting,
  Trail,
} from '../contract/activities.js';
import { codeNumber } from '../contract/code.js';
import type { OperationsClient } from '../google/client.js';
import { OperationsError } from '../google/error.js';
import type { Attempt } from './attempt.js';
import type { Shared } from './polling/poll-until-done.js';
import { judgeCancel, judgeUnanswered, wishOr } from './classify.js';
import { linger, type Lingered } from './polling/poll-after-cancel.js';
import { lookOnce } from './polling/poll-once.js';
import { unsentReason } from './metrics.js';
import { backoff } from './polling/interval.js';

/** From this failure in a row on the operation is looked at too: it may end while the cancel finds no answer. */
const LOOK_FROM = 3;
const LONGEST_MESSAGE = 1_024;

/** Sends one cancel, and says how it was answered. @throws ApplicationFailure where it was not: to send it again, or for good */
export async function cancelOnce(
  attempt: Attempt,
  request: CancelRequest,
  shared: Shared,
): Promise<CancelAnswer | Sighting | Loss> {
  const { operations } = shared;
  if (attempt.told?.acceptedAt !== undefined) return answerOf(attempt.told.acceptedAt, attempt);
  try {
    await attempt.request('cancel', (signal) => operations.cancel(request.target, { signal }));
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
    const status = judgeCancel(error);
    if (unsentReason(error) === undefined) attempt.countCancel(status ?? 'UNANSWERED');
    if (status !== undefined) return answered(attempt, status, error);
    return unanswered(attempt, operations, request, error);
  }
  attempt.countCancel('ACCEPTED');
  return accepted(attempt, request, shared);
}

async function accepted(attempt: Attempt, request: CancelRequest, shared: Shared): Promise<CancelAnswer> {
  const at = Date.now();
  if (request.linger === undefined) return answerOf(at, attempt);
  // A second cancel, after a kill in the moment that follows, might be refused because the first one has won by then.
  attempt.keep({ ...attempt.trail, failures: 0, acceptedAt: at });
  const lingered = await linger(attempt, { ...request, ...request.linger, since: at }, shared);
  return answerOf(at, attempt, lingered);
}

function answerOf(at: number, attempt: Attempt, { end, notBefore }: Lingered = {}): CancelAnswer {
  const trail = withoutAnswer(attempt.trail);
  const answer = { status: 'ACCEPTED' as const, at, trail, ...(notBefore !== undefined && { notBefore }) };
  // The looks are counted once: with the end, or with the answer.
  return end === undefined
    ? answer
    : { ...answer, trail: { ...trail, polls: 0 }, end: { ...end, trail: withoutAnswer(end.trail) } };
}

// It is this activity's alone.
function withoutAnswer(told: Trail): Trail {
  const { acceptedAt: _, ...trail } = told;
  return trail;
}

function answered(
  attempt: Attempt,
  status: 'NOT_SUPPORTED' | 'REFUSED',
  error: OperationsError,
): CancelAnswer {
  const { code, message } = error;
  return {
    status,
    error: {
      code: codeNumber(code),
      status: code,
      message: (error.answer ?? message).slice(0, LONGEST_MESSAGE),
    },
    at: Date.now(),
    trail: attempt.trail,
  };
}

async function unanswered(
  attempt: Attempt,
  operations: OperationsClient,
  request: LookRequest,
  error: OperationsError,
): Promise<Sighting | Loss> {
  const { type, trail } = judgeUnanswered(error, attempt.trail, Date.now());
  attempt.remember(trail);
  if (type !== undefined) throw attempt.failed(error, type);
  if (trail.failures >= LOOK_FROM) {
    const look = await lookOnce(attempt, operations, request).catch(undecided);
    if (look !== undefined && ('lost' in look || look.operation.done)) return look;
    attempt.remember({ ...attempt.trail, failures: trail.failures });
  }
  throw attempt.again(error, wishOr(backoff(trail.failures), error));
}

// What a look only puts off is left to the next one; what it finds for good is for good.
function undecided(failure: unknown): undefined {
  if (failure instanceof ApplicationFailure && !failure.nonRetryable) return undefined;
  throw failure;
}
