import { ApplicationFailure } from '@temporalio/activity';
import type { AwaitRequest, PollResult } from '../../contract/activities.js';
import type { Attempt } from '../attempt.js';
import { nextInterval, MARGIN, chooseMethod, type Shared, poll } from './poll-until-done.js';
import type { PollMethod } from './poll-once.js';

/** So long an accepted cancel is looked after: what ends at once needs no activity of its own to be awaited. */
const LINGER = 1_300;
/** A look that is under way then gets so much longer. */
const OVERTIME = 700;

/** What a moment's looks brought: the end, or when to look again where Google has asked for a pause. */
export interface PostCancelPoll {
  end?: PollResult;
  notBefore?: number;
}

/**
 * Looks for a moment, where there is room for it: as often as `awaitOperation` would, which otherwise does it. Temporal saves
 * nine events and a dispatch for each operation that ends meanwhile. No list is asked: it could tell of no end.
 */
export async function pollAfterCancel(
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
): Promise<PostCancelPoll> {
  if (attempt.hasWaitingRequests || !shared.holds.tryAcquire()) return {};
  const until = Math.min(Date.now() + LINGER, attempt.closesAt - MARGIN);
  attempt.lowerPriority(until + OVERTIME);
  try {
    const end = await lookUntil(until, attempt, request, shared);
    return end === undefined ? {} : { end };
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    // The cancel has been answered. What keeps a look from its answer is judged by the looks that follow.
    const isWish = error.category !== 'BENIGN' && error.nextRetryDelay != null;
    return isWish ? { notBefore: Date.now() + Number(error.nextRetryDelay) } : {};
  } finally {
    shared.holds.release();
  }
}

async function lookUntil(
  until: number,
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
): Promise<PollResult | undefined> {
  let hasPolled = false;
  for (;;) {
    // There is time for one long poll, also where it comes back early.
    const method: PollMethod = hasPolled ? 'get' : chooseMethod(attempt, request, shared, until);
    hasPolled ||= method !== 'get';
    if (method === 'get') {
      const gap = nextInterval(attempt, request);
      if (Date.now() + gap >= until) return undefined;
      await attempt.sleep(gap);
    }
    const look = await poll(attempt, request, shared, method);
    if (look === undefined || 'lost' in look) continue;
    if (look.operation.done) return look;
  }
}
