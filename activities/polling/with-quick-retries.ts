import { ApplicationFailure } from '@temporalio/activity';
import type { NoAnswer } from '../../contract/activities.js';
import type { Attempt } from '../attempt.js';

/** The waits before the second and the third try. */
const RETRY_DELAYS_MS = [300, 600];
/** After a failure with a longer delay there is no other try. */
const MAX_RETRY_DELAY_MS = 2_000;
/** After this time there is no other try. */
const MAX_ELAPSED_MS = 1_500;

/**
 * Tries a poll of a local activity up to three times within a second or two: it must not hold up its workflow
 * task. A short fault is retried here, as an activity for it would cost the history seven events.
 *
 * @throws ApplicationFailure if no later poll would help
 */
export async function withQuickRetries<T>(attempt: Attempt, poll: () => Promise<T>): Promise<T | NoAnswer> {
  let notBefore = 0;
  for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
    try {
      return await poll();
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.nonRetryable) throw error;
      const wantedDelayMs = Number(error.nextRetryDelay ?? 0);
      notBefore = Date.now() + wantedDelayMs;
      const isLate = Date.now() - attempt.startedAt > MAX_ELAPSED_MS;
      if (delayMs === undefined || wantedDelayMs > MAX_RETRY_DELAY_MS || isLate) break;
    }
    await attempt.sleep(delayMs);
  }
  return { noAnswer: true, notBefore, pollState: attempt.pollState };
}
