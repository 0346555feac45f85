import type { AwaitRequest } from '../../contract/activities.js';
import type { Attempt } from '../attempt.js';
import { adaptiveInterval, fixedInterval, jittered } from './interval.js';

/** How long to wait before the next poll, in ms. */
export function nextInterval({ pollState, context }: Attempt, { since, polling }: AwaitRequest): number {
  if (polling === undefined) return jittered(adaptiveInterval(Date.now() - since));
  // An attempt that a list answered made no poll, and still counts as a step of the policy.
  return fixedInterval(polling, Math.max(pollState.polls, context.info.attempt));
}

/**
 * The same for the first poll of an activity: less by the time since the operation was polled or, by the
 * adaptive policy, changed.
 */
export function firstInterval(attempt: Attempt, request: AwaitRequest): number {
  const { since, polling } = request;
  const changedAt = polling === undefined ? since : 0;
  const elapsedMs = Date.now() - Math.max(attempt.pollState.seenAt ?? since, changedAt);
  return Math.max(0, nextInterval(attempt, request) - Math.max(0, elapsedMs));
}
