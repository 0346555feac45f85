import type { AwaitRequest, OperationLost, PollResult } from '../../contract/activities.js';
import { GoogleApiError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { running } from '../failures.js';
import { meteredClient } from '../metered-client.js';
import { withPermit } from '../semaphore.js';
import { chooseMethod, MIN_LONG_POLL_MS } from './choose-method.js';
import { firstInterval, nextInterval } from './next-interval.js';
import { assertPollAllowed, pollOnce } from './poll-once.js';

/** An attempt ends after a minute, so that the Temporal UI shows its poll state. */
const MAX_ATTEMPT_MS = 60_000;
/** The last request of an attempt ends this long before the activity's time is up. */
export const CLOSING_MARGIN_MS = 500;
/** The next attempt of a long poll starts this soon: Temporal's timers are no faster. */
const NEXT_LONG_POLL_MS = 1_000;
/** A shorter interval passes within the attempt: its heartbeats cost no more than another attempt. */
const MAX_WAIT_IN_ATTEMPT_MS = 3_000;
/** An operation that a list shows as running waits at least this long, whatever the policy. */
const MIN_LISTED_INTERVAL_MS = 1_000;
/** While its list is being read it waits at most this long. */
const MAX_UNLISTED_INTERVAL_MS = 4_000;
/** At longer intervals lists are not used, as too few direct polls would check them. */
const MAX_LIST_INTERVAL_MS = 300_000;

/**
 * Polls until the operation is final or lost, or the attempt ends.
 *
 * @throws ApplicationFailure that ends the attempt: retryable to poll in the next one, otherwise non-retryable
 */
export async function pollUntilDone(attempt: Attempt, request: AwaitRequest): Promise<PollResult | OperationLost> {
  const { listCache, retrySpreader, waitingAttempts } = attempt.process;
  // A forbidden name has to fail although a list may cover it.
  assertPollAllowed(attempt, request);
  if (!attempt.isRetry) await attempt.waitUntil(request.notBefore);
  return withPermit(waitingAttempts, async (mayWait) => {
    const endsAt = mayWait ? Math.min(attempt.startedAt + MAX_ATTEMPT_MS, attempt.closesAt - CLOSING_MARGIN_MS) : 0;
    const wait = (intervalMs: number) => waitForNextPoll(attempt, endsAt, intervalMs);
    // The workflow may have polled a moment ago, so that only a long poll has something to add at once.
    if (!attempt.isRetry && chooseMethod(attempt, endsAt) === 'get') await wait(firstInterval(attempt, request));
    // An operator who resets the activity wants a poll, whatever a list shows.
    let mayUseList = !attempt.isReset;
    for (;;) {
      const isListed = mayUseList ? await isListedAsRunning(attempt, request) : false;
      mayUseList = true;
      if (isListed !== false) {
        const intervalMs = Math.max(MIN_LISTED_INTERVAL_MS, nextInterval(attempt, request));
        await wait(isListed ? intervalMs : Math.min(MAX_UNLISTED_INTERVAL_MS, intervalMs));
        continue;
      }
      const chosen = chooseMethod(attempt, endsAt);
      const method = listCache.isCovered(request.ref) ? 'get' : chosen;
      const startedAt = Date.now();
      const result = await pollOnce(attempt, request, method);
      if (result === undefined) continue;
      if ('lost' in result) return result;
      listCache.recordPoll(request.ref, result.operation.done);
      if (result.operation.done) return result;
      // A `wait` that returned in less than half its time did not wait, so that the interval is due as after a `get`.
      const hasWaited = method !== 'get' && Date.now() - startedAt >= method.waitMs / 2;
      if (!hasWaited) await wait(nextInterval(attempt, request));
      else if (Date.now() >= endsAt - MIN_LONG_POLL_MS)
        throw running(attempt, retrySpreader.schedule(NEXT_LONG_POLL_MS, Date.now()));
    }
  });
}

/**
 * Whether a list shows the operation as running, so that no poll is needed. Lists are used for collections of
 * many operations only. `undefined` while the list is being read.
 */
async function isListedAsRunning(attempt: Attempt, request: AwaitRequest): Promise<boolean | undefined> {
  const { listCache } = attempt.process;
  const { failures, notFoundSince, deniedSince } = attempt.pollState;
  const usesList = listCache.track(request.ref);
  // After an error the operation is polled directly, because a list does not show whether the error persists.
  if (!usesList || failures > 0 || notFoundSince !== undefined || deniedSince !== undefined) return false;
  const intervalMs = nextInterval(attempt, request);
  if (intervalMs > MAX_LIST_INTERVAL_MS) return false;
  // Without a free slot no list is read; the next attempt of any operation in it tries again.
  const operations = meteredClient(attempt, false);
  return listCache.isListedAsRunning(request.ref, intervalMs, async (query, fields) => {
    try {
      return await operations.list(query, { fields });
    } catch (error) {
      if (error instanceof GoogleApiError) throw error;
      return undefined;
    }
  });
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
