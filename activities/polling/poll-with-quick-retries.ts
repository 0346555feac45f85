import { ApplicationFailure } from '@temporalio/activity';
import type { PollRequest, OperationLost, PollResult, NoAnswer } from '../../contract/activities.js';
import type { OperationsClient } from '../../google/client.js';
import type { Attempt } from '../attempt.js';
import { pollOnce } from './poll-once.js';

/** How long to wait before the second and the third try. */
const GAPS = [300, 600];
/** Where a failure asks for more than this, another try now is of no use. */
const LONGEST_WISH = 2_000;

/**
 * Looks for a moment, from within a workflow task, which must not be held up. A blip is ridden over here: as an activity of its
 * own it would cost the history seven events.
 *
 * @throws ApplicationFailure where no later look would help
 */
export async function pollWithQuickRetries(
  attempt: Attempt,
  operations: OperationsClient,
  request: PollRequest,
): Promise<PollResult | OperationLost | NoAnswer> {
  let notBefore = 0;
  for (const gap of [...GAPS, undefined]) {
    try {
      return await pollOnce(attempt, operations, request);
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.nonRetryable) throw error;
      const wish = Number(error.nextRetryDelay ?? 0);
      notBefore = Date.now() + wish;
      if (gap === undefined || wish > LONGEST_WISH || attempt.isLate) break;
    }
    await attempt.sleep(gap);
  }
  return { noAnswer: true, notBefore, pollState: attempt.pollState };
}
