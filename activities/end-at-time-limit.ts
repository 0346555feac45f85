import { ApplicationFailure } from '@temporalio/activity';
import type { TimedOut } from '../contract/activities.js';
import type { Attempt } from './attempt.js';

/**
 * Runs an attempt, and ends the activity where nothing has failed and the next attempt would come after the activity's time
 * limit: Temporal would end it at this moment too, but as failed, which its UI shows in red.
 *
 * @param marginMs an attempt that starts so shortly before the limit, in ms, counts as one after it
 * @throws whatever else the attempt throws
 */
export async function endAtTimeLimit<T>(
  attempt: Attempt,
  marginMs: number,
  work: () => Promise<T>,
): Promise<T | TimedOut> {
  try {
    return await work();
  } catch (error) {
    const isBenign = error instanceof ApplicationFailure && !error.nonRetryable && error.category === 'BENIGN';
    if (!isBenign || attempt.temporalTime + Number(error.nextRetryDelay ?? 0) <= attempt.closesAt - marginMs)
      throw error;
    return { timedOut: true, pollState: attempt.pollState };
  }
}
