import { ApplicationFailure } from '@temporalio/activity';
import type { AwaitRequest, CancelAnswer, PollResult } from '../../contract/activities.js';
import type { Attempt } from '../attempt.js';
import { chooseMethod, type PollMethod } from './choose-method.js';
import { nextInterval } from './next-interval.js';
import { pollOnce } from './poll-once.js';
import { CLOSING_MARGIN_MS } from './poll-until-done.js';

const POLL_AFTER_CANCEL_MS = 1_300;
/** A request under way at that time has this much longer. */
const REQUEST_OVERTIME_MS = 700;

/** The result of the polls after a cancel: the end, or the time of the next poll if Google asked for a pause. */
export type PostCancelPoll = Pick<CancelAnswer, 'end' | 'notBefore'>;

/**
 * Polls for 1.3 s after an accepted cancel, as often as `awaitOperation` would, if no request waits for a slot
 * and fewer attempts wait in activity slots than may. For an operation that ends meanwhile this saves nine
 * events and the dispatch of an activity. No list is read: lists cannot show an end.
 */
export async function pollAfterCancel(attempt: Attempt, request: AwaitRequest): Promise<PostCancelPoll> {
  const { limiter, waitingAttempts } = attempt.process;
  if (limiter.waiting(Date.now()) > 0 || !waitingAttempts.tryAcquire()) return {};
  const endsAt = Math.min(Date.now() + POLL_AFTER_CANCEL_MS, attempt.closesAt - CLOSING_MARGIN_MS);
  attempt.makeOptional(endsAt + REQUEST_OVERTIME_MS);
  try {
    const end = await pollUntil(endsAt, attempt, request);
    return end === undefined ? {} : { end };
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    // The cancel has been answered, so the polls of `awaitOperation` decide about an error of a poll.
    const { category, nextRetryDelay } = error;
    const isPause = category !== 'BENIGN' && nextRetryDelay != null;
    return isPause ? { notBefore: Date.now() + Number(nextRetryDelay) } : {};
  } finally {
    waitingAttempts.release();
  }
}

async function pollUntil(endsAt: number, attempt: Attempt, request: AwaitRequest): Promise<PollResult | undefined> {
  let hasLongPolled = false;
  for (;;) {
    // There is time for one long poll, even if it returns early.
    const method: PollMethod = hasLongPolled ? 'get' : chooseMethod(attempt, endsAt);
    hasLongPolled ||= method !== 'get';
    if (method === 'get') {
      const intervalMs = nextInterval(attempt, request);
      if (Date.now() + intervalMs >= endsAt) return undefined;
      await attempt.sleep(intervalMs);
    }
    const result = await pollOnce(attempt, request, method);
    if (result === undefined || 'lost' in result) continue;
    if (result.operation.done) return result;
  }
}
