import { ApplicationFailure } from '@temporalio/activity';
import type { AwaitRequest, Sighting } from '../contract/activities.js';
import type { Attempt } from './attempt.js';
import { gapOf, MARGIN, methodFor, type Shared, tryLook } from './await.js';

/** So long an accepted cancel is looked after: what ends at once needs no activity of its own to be awaited. */
const LINGER = 1_100;

/**
 * Looks for a moment, where there is room for it: as often as `awaitOperation` would, which otherwise does it. Temporal saves
 * nine events and a dispatch for each operation that ends meanwhile. No list is asked: it could tell of no end.
 *
 * @returns the end, or `undefined` where it was not seen
 */
export async function linger(
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
): Promise<Sighting | undefined> {
  if (!shared.holds.enter()) return undefined;
  attempt.yieldTurns();
  try {
    return await lookUntil(
      Math.min(Date.now() + LINGER, attempt.closesAt - MARGIN),
      attempt,
      request,
      shared,
    );
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    // The cancel has been answered. What keeps a look from its answer is judged by the looks that follow.
    return undefined;
  } finally {
    shared.holds.leave();
  }
}

async function lookUntil(
  until: number,
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
): Promise<Sighting | undefined> {
  for (;;) {
    const method = methodFor(attempt, request, shared, until);
    if (method === 'get') {
      const gap = gapOf(attempt, request);
      if (Date.now() + gap >= until) return undefined;
      await attempt.sleep(gap);
    }
    const look = await tryLook(attempt, request, shared, method);
    if (look === undefined || 'lost' in look) continue;
    if (look.operation.done) return look;
    if (Date.now() >= until) return undefined;
  }
}
