import type { AwaitRequest } from '../../contract/activities.js';
import type { Attempt } from '../attempt.js';
import { adaptiveInterval, fixedInterval, jittered } from './interval.js';

/** The delay before the next poll, in ms. */
export function nextInterval({ pollState, context }: Attempt, { since, polling }: AwaitRequest): number {
  if (polling === undefined) return jittered(adaptiveInterval(Date.now() - since));
  // An attempt that used a list made no poll, but still counts as a step of the policy.
  return fixedInterval(polling, Math.max(pollState.polls, context.info.attempt));
}

/**
 * The delay before the first poll of an activity: the interval minus the time since the operation was polled or, by the
 * adaptive policy, changed.
 */
export function firstInterval(attempt: Attempt, request: AwaitRequest): number {
  const { since, polling } = request;
  const changedAt = polling === undefined ? since : 0;
  const elapsedMs = Date.now() - Math.max(attempt.pollState.seenAt ?? since, changedAt);
  return Math.max(0, nextInterval(attempt, request) - Math.max(0, elapsedMs));
}
