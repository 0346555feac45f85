import type { AwaitRequest, OperationLost, PollResult } from '../../contract/activities.js';
import { GoogleApiError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { atLeastRetryAfter, classifyWait, isWaitUnsupported } from '../classify.js';
import { retry } from '../failures.js';
import type { ProcessState } from '../process-state.js';
import type { PollMethod } from './choose-method.js';
import { backoff } from './interval.js';
import { pollOnce } from './poll-once.js';

/**
 * Polls once, and learns from a failed `wait` whether the service has it. Only `get` decides what an error
 * means for the operation.
 *
 * @returns `undefined` where it has to be polled by `get` instead
 * @throws ApplicationFailure to poll again, or for good
 */
export async function poll(
  attempt: Attempt,
  request: AwaitRequest,
  { waitSupport }: ProcessState,
  method: PollMethod,
): Promise<PollResult | OperationLost | undefined> {
  try {
    return await pollOnce(attempt, request, method);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    if (isWaitUnsupported(error)) waitSupport.markUnsupported(request.ref);
    if (classifyWait(error) === 'unsupported') {
      attempt.update({ ...attempt.pollState, waitUnsupported: true });
      return undefined;
    }
    const failures = attempt.pollState.failures + 1;
    attempt.update({ ...attempt.pollState, failures });
    throw retry(attempt, error, atLeastRetryAfter(backoff(failures), error));
  }
}
