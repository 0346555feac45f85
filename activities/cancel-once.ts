import { ApplicationFailure } from '@temporalio/activity';
import type { CancelAnswer, CancelRequest, OperationLost, PollRequest, PollResult } from '../contract/activities.js';
import { codeNumber } from '../contract/code.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { GoogleApiError } from '../google/error.js';
import { kindNameOf, kindOf } from '../google/kinds/find-kind.js';
import { meaningOf } from '../google/meaning.js';
import type { Attempt } from './attempt.js';
import { atLeastRetryAfter, classifyCancelAnswer, classifyUnansweredCancel } from './classify.js';
import { failed, retry } from './failures.js';
import { unsentReason } from './metrics.js';
import { backoff } from './polling/interval.js';
import { pollAfterCancel, type PostCancelPoll } from './polling/poll-after-cancel.js';
import { pollOnce } from './polling/poll-once.js';
import { mayHaveBeenTaken, refusalMeaning } from './refusal.js';

/** After this many failures in a row the operation is polled too: it may end while the cancel gets no answer. */
const POLL_FROM_FAILURE = 3;
const MAX_MESSAGE_LENGTH = 1_024;

/**
 * Sends one cancel and returns the answer.
 *
 * @throws ApplicationFailure if there was no answer: retryable to send it again, otherwise non-retryable
 */
export async function cancelOnce(
  attempt: Attempt,
  request: CancelRequest,
): Promise<CancelAnswer | PollResult | OperationLost> {
  const acceptedAt = attempt.lastHeartbeat?.acceptedAt;
  if (acceptedAt !== undefined) return acceptedAnswer(attempt, acceptedAt);
  const count = (result: 'ACCEPTED' | 'REFUSED' | 'NOT_SUPPORTED' | 'UNANSWERED') =>
    attempt.process.metrics.count(attempt.context.metricMeter, 'google_operation_cancels', {
      service: request.ref.service,
      kind: kindNameOf(request.ref),
      result,
    });
  // The client of the attempt sets it before it sends, for the case that no answer comes.
  const { cancelUnanswered } = attempt.pollState;
  const onAnswer = () => attempt.update(withoutUndefined({ ...attempt.pollState, cancelUnanswered }));
  try {
    await attempt.operations.cancel(request.ref);
    onAnswer();
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const status = classifyCancelAnswer(error);
    if (status !== undefined || !mayHaveBeenTaken(error)) onAnswer();
    if (unsentReason(error) === undefined) count(status ?? 'UNANSWERED');
    if (status === undefined) return retryUnanswered(attempt, request, error);
    const answer = unacceptedAnswer(attempt, status, error);
    const mayPass = status === 'REFUSED' && answer.meaning === undefined && error.code !== 'PERMISSION_DENIED';
    return mayPass && (await isTooEarlyNow(attempt)) ? { ...answer, meaning: 'NOT_YET' } : answer;
  }
  count('ACCEPTED');
  return onAccepted(attempt, request);
}

async function onAccepted(attempt: Attempt, request: CancelRequest): Promise<CancelAnswer> {
  const at = Date.now();
  if (request.pollAfterCancel === undefined) return acceptedAnswer(attempt, at);
  // If the worker died during these polls, a second cancel might be refused because the first one has won.
  attempt.heartbeatNow({ ...attempt.pollState, failures: 0, acceptedAt: at });
  const awaiting = { ...request, ...request.pollAfterCancel, since: at };
  return acceptedAnswer(attempt, at, await pollAfterCancel(attempt, awaiting));
}

function acceptedAnswer(attempt: Attempt, at: number, { end, notBefore }: PostCancelPoll = {}): CancelAnswer {
  // Only the attempts of this activity need the former.
  const { acceptedAt: _, ...pollState } = attempt.pollState;
  // The workflow adds up both numbers of polls.
  const seen = end && { pollState: { ...pollState, polls: 0 }, end: { ...end, pollState } };
  return { status: 'ACCEPTED', at, pollState, ...withoutUndefined({ notBefore }), ...seen };
}

function unacceptedAnswer(
  { pollState }: Attempt,
  status: 'NOT_SUPPORTED' | 'REFUSED',
  { kind, code, message, answer }: GoogleApiError,
): CancelAnswer {
  const error = {
    code: codeNumber(code),
    status: code,
    message: (answer ?? message).slice(0, MAX_MESSAGE_LENGTH),
  };
  // A text about a permission or a missing method is about neither.
  const hasMeaning = status === 'REFUSED' && code !== 'PERMISSION_DENIED';
  const meaning = hasMeaning && answer !== undefined ? refusalMeaning(answer) : undefined;
  const isOurs = meaning === 'BEING_CANCELLED' && pollState.cancelUnanswered && !pollState.cancelledByOthers;
  return {
    status: isOurs ? 'ACCEPTED' : status,
    error,
    ...(meaning && { meaning }),
    ...(kind === 'NO_METHOD' && { unsent: true }),
    at: Date.now(),
    pollState,
  };
}

/**
 * Whether the job is in a state in which its service refuses to cancel it for the time being, or may be: without an answer
 * the cancel is sent again, because a refusal that is taken for good ends the following.
 */
async function isTooEarlyNow({ ref, operations }: Attempt): Promise<boolean> {
  if (kindOf(ref)?.early === undefined) return false;
  return operations.get(ref).then(
    (job) => meaningOf(job, ref).isTooEarlyToCancel,
    () => true,
  );
}

/**
 * @returns the operation if it has ended or is lost
 * @throws ApplicationFailure: retryable to send the cancel again, otherwise non-retryable
 */
async function retryUnanswered(
  attempt: Attempt,
  request: PollRequest,
  error: GoogleApiError,
): Promise<PollResult | OperationLost> {
  const { type, pollState } = classifyUnansweredCancel(error, attempt.pollState, Date.now());
  attempt.update(pollState);
  if (type !== undefined) throw failed(attempt, error, type);
  const { failures } = pollState;
  if (failures >= POLL_FROM_FAILURE) {
    // The two count their failures apart.
    attempt.update({ ...pollState, failures: 0 });
    const result = await pollOnce(attempt, request).catch(ignoreRetryable);
    if (result !== undefined && ('lost' in result || result.operation.done)) return result;
    attempt.update({ ...attempt.pollState, failures });
  }
  throw retry(attempt, error, atLeastRetryAfter(backoff(failures), error));
}

function ignoreRetryable(failure: unknown): undefined {
  if (failure instanceof ApplicationFailure && !failure.nonRetryable) return undefined;
  throw failure;
}
