import { ApplicationFailure } from '@temporalio/activity';
import type {
  CancelAnswer,
  CancelRequest,
  PollRequest,
  OperationLost,
  PollResult,
  PollState,
} from '../contract/activities.js';
import { codeNumber } from '../contract/code.js';
import type { OperationsClient } from '../google/client.js';
import { GoogleApiError } from '../google/error.js';
import type { Attempt } from './attempt.js';
import type { Shared } from './polling/poll-until-done.js';
import { classifyCancelAnswer, classifyUnansweredCancel, atLeastRetryAfter } from './classify.js';
import { pollAfterCancel, type PostCancelPoll } from './polling/poll-after-cancel.js';
import { pollOnce } from './polling/poll-once.js';
import { unsentReason } from './metrics.js';
import { backoff } from './polling/interval.js';

/** From this failure in a row on the operation is looked at too: it may end while the cancel finds no answer. */
const LOOK_FROM = 3;
const LONGEST_MESSAGE = 1_024;

/** Sends one cancel, and says how it was answered. @throws ApplicationFailure where it was not: to send it again, or for good */
export async function sendCancelOnce(
  attempt: Attempt,
  request: CancelRequest,
  shared: Shared,
): Promise<CancelAnswer | PollResult | OperationLost> {
  const { operations } = shared;
  if (attempt.lastHeartbeat?.acceptedAt !== undefined)
    return answerOf(attempt.lastHeartbeat.acceptedAt, attempt);
  try {
    await attempt.request('cancel', (signal) => operations.cancel(request.ref, { signal }));
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const status = classifyCancelAnswer(error);
    if (unsentReason(error) === undefined) attempt.countCancel(status ?? 'UNANSWERED');
    if (status !== undefined) return answered(attempt, status, error);
    return unanswered(attempt, operations, request, error);
  }
  attempt.countCancel('ACCEPTED');
  return accepted(attempt, request, shared);
}

async function accepted(attempt: Attempt, request: CancelRequest, shared: Shared): Promise<CancelAnswer> {
  const at = Date.now();
  if (request.pollAfterCancel === undefined) return answerOf(at, attempt);
  // A second cancel, after a kill in the moment that follows, might be refused because the first one has won by then.
  attempt.checkpoint({ ...attempt.pollState, failures: 0, acceptedAt: at });
  const lingered = await pollAfterCancel(
    attempt,
    { ...request, ...request.pollAfterCancel, since: at },
    shared,
  );
  return answerOf(at, attempt, lingered);
}

function answerOf(at: number, attempt: Attempt, { end, notBefore }: PostCancelPoll = {}): CancelAnswer {
  const pollState = withoutAnswer(attempt.pollState);
  const answer = {
    status: 'ACCEPTED' as const,
    at,
    pollState,
    ...(notBefore !== undefined && { notBefore }),
  };
  // The looks are counted once: with the end, or with the answer.
  return end === undefined
    ? answer
    : {
        ...answer,
        pollState: { ...pollState, polls: 0 },
        end: { ...end, pollState: withoutAnswer(end.pollState) },
      };
}

// It is this activity's alone.
function withoutAnswer(told: PollState): PollState {
  const { acceptedAt: _, ...pollState } = told;
  return pollState;
}

function answered(
  attempt: Attempt,
  status: 'NOT_SUPPORTED' | 'REFUSED',
  error: GoogleApiError,
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
    pollState: attempt.pollState,
  };
}

async function unanswered(
  attempt: Attempt,
  operations: OperationsClient,
  request: PollRequest,
  error: GoogleApiError,
): Promise<PollResult | OperationLost> {
  const { type, pollState } = classifyUnansweredCancel(error, attempt.pollState, Date.now());
  attempt.update(pollState);
  if (type !== undefined) throw attempt.failed(error, type);
  if (pollState.failures >= LOOK_FROM) {
    const look = await pollOnce(attempt, operations, request).catch(undecided);
    if (look !== undefined && ('lost' in look || look.operation.done)) return look;
    attempt.update({ ...attempt.pollState, failures: pollState.failures });
  }
  throw attempt.retry(error, atLeastRetryAfter(backoff(pollState.failures), error));
}

// What a look only puts off is left to the next one; what it finds for good is for good.
function undecided(failure: unknown): undefined {
  if (failure instanceof ApplicationFailure && !failure.nonRetryable) return undefined;
  throw failure;
}
