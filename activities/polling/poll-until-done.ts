import type { AwaitRequest, OperationLost, PollResult } from '../../contract/activities.js';
import type { Attempt } from '../attempt.js';
import { covered, running } from '../failures.js';
import { COVERED_INTERVAL_MS, LIST_INTERVAL_MS } from '../reconcile/pace.js';
import { withPermit } from '../semaphore.js';
import { chooseMethod, MIN_LONG_POLL_MS } from './choose-method.js';
import { jittered } from './interval.js';
import { firstInterval, nextInterval } from './next-interval.js';
import { assertPollAllowed, pollOnce } from './poll-once.js';

/** An attempt ends after a minute, so that the Temporal UI shows its poll state. */
const MAX_ATTEMPT_MS = 60_000;
/** The last request of an attempt ends this long before the activity's time is up. */
export const CLOSING_MARGIN_MS = 500;
/** An attempt that starts later has no time for a long poll. */
export const MIN_ATTEMPT_MS = CLOSING_MARGIN_MS + MIN_LONG_POLL_MS;
/** The next attempt of a long poll starts this soon: Temporal's timers are no faster. */
const NEXT_LONG_POLL_MS = 1_000;
/** A shorter interval passes within the attempt: its heartbeats cost no more than another attempt. */
const MAX_WAIT_IN_ATTEMPT_MS = 3_000;
/** After this share of its interval a poll is due, as intervals vary by a tenth. */
const DUE_SHARE = 0.8;

/**
 * Polls until the operation is final or lost, or the attempt ends.
 *
 * @throws ApplicationFailure that ends the attempt: retryable to poll in the next one, otherwise non-retryable
 */
export async function pollUntilDone(attempt: Attempt, request: AwaitRequest): Promise<PollResult | OperationLost> {
  const { retrySpreader, waitingAttempts } = attempt.process;
  retrySpreader.observe(attempt.startedAt - attempt.context.info.currentAttemptScheduledTimestampMs, attempt.startedAt);
  // A forbidden name has to fail although a loop may cover it.
  assertPollAllowed(attempt, request);
  if (!attempt.isRetry) await attempt.waitUntil(request.notBefore);
  return withPermit(waitingAttempts, async (mayWait) => {
    const endsAt = mayWait ? Math.min(attempt.startedAt + MAX_ATTEMPT_MS, attempt.closesAt - CLOSING_MARGIN_MS) : 0;
    const wait = (intervalMs: number) => waitForNextPoll(attempt, endsAt, intervalMs);
    // An operator who resets the activity wants a poll.
    let isCovered = !attempt.isReset && (await endIfCovered(attempt, request));
    // The workflow may have polled a moment ago, so that only a long poll has something to add at once, or a poll after an error.
    const mayPollNow = attempt.isRetry || attempt.pollState.failures > 0;
    if (!mayPollNow && chooseMethod(attempt, endsAt) === 'get') await wait(firstInterval(attempt, request));
    for (;;) {
      const chosen = chooseMethod(attempt, endsAt);
      const method = isCovered ? 'get' : chosen;
      const startedAt = Date.now();
      const result = await pollOnce(attempt, request, method);
      if (result === undefined) continue;
      if ('lost' in result) return result;
      if (result.operation.done) return result;
      isCovered = await endIfCovered(attempt, request);
      // A `wait` that returned in less than half its time did not wait, so that the interval is due as after a `get`.
      const hasWaited = method !== 'get' && Date.now() - startedAt >= method.waitMs / 2;
      if (!hasWaited) await wait(nextInterval(attempt, request));
      else if (Date.now() >= endsAt - MIN_LONG_POLL_MS)
        throw running(attempt, retrySpreader.schedule(NEXT_LONG_POLL_MS, Date.now()));
    }
  });
}

/**
 * Whether a reconcile loop covers the operation. If it was polled within half an hour, nothing is left to do.
 *
 * @throws ApplicationFailure that ends the attempt
 */
async function endIfCovered(attempt: Attempt, request: AwaitRequest): Promise<boolean> {
  const { failures, notFoundSince, deniedSince, seenAt = 0 } = attempt.pollState;
  // After an error the operation is polled directly, because a list does not show whether the error persists.
  if (failures > 0 || notFoundSince !== undefined || deniedSince !== undefined) return false;
  const ownIntervalMs = nextInterval(attempt, request);
  // The caller wants polls more often than a loop reads its list.
  if (request.polling !== undefined && ownIntervalMs < LIST_INTERVAL_MS) return false;
  if (!(await attempt.process.coverage.isCovered(attempt))) return false;
  const intervalMs = Math.max(jittered(COVERED_INTERVAL_MS), ownIntervalMs);
  if (Date.now() - seenAt > intervalMs * DUE_SHARE) return true;
  throw covered(attempt, attempt.process.retrySpreader.schedule(intervalMs, Date.now()));
}

/**
 * Waits within the attempt up to 3 s, and longer by ending it. @throws ApplicationFailure to poll in the next attempt
 */
async function waitForNextPoll(attempt: Attempt, endsAt: number, intervalMs: number): Promise<void> {
  const now = Date.now();
  if (intervalMs > MAX_WAIT_IN_ATTEMPT_MS || now + intervalMs >= endsAt)
    throw running(attempt, attempt.process.retrySpreader.schedule(intervalMs, now));
  await attempt.sleep(intervalMs);
}
