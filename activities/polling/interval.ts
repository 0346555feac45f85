import type { PollingPolicy } from '../../contract/input.js';

const MIN_INTERVAL_MS = 320;
const MAX_INTERVAL_MS = 30_000;
const GROWTH = 0.22;

/**
 * The time to the next poll, in ms, of an operation that was last expected to change `elapsedMs` ago.
 *
 * The interval is 0.32 s plus 22 % of the time passed, half a minute at most. An end is therefore seen late
 * by 11 % of the time passed on average, and an operation of `t` seconds costs about `1 + ln(1 + t × 0.22 /
 * 0.32) / ln(1.22)` polls up to two minutes, then two a minute. Both numbers were chosen against Google's own
 * clients, whose intervals begin at 0.1 s and grow by 30 %: an end after ten seconds or more is seen sooner on average, and one
 * within two seconds a tenth of a second later (`npm run bench`). Up to half a minute this polls less often than they do, at two
 * minutes as often. Growth by 20 % up to half a minute, paid for afterwards, would show an end after 10 or 30 s 5 % sooner, and one after
 * a minute or two 12 to 25 % later.
 */
export function adaptiveInterval(elapsedMs: number): number {
  return Math.min(MAX_INTERVAL_MS, MIN_INTERVAL_MS + GROWTH * Math.max(0, elapsedMs));
}

/** The time from the `polls`-th poll to the next one by a fixed policy, in ms. */
export function fixedInterval(policy: PollingPolicy, polls: number): number {
  return Math.min(policy.maximumInterval, policy.initialInterval * policy.backoffCoefficient ** Math.max(0, polls - 1));
}

/** An interval moved by up to a tenth, so that operations that began together do not stay together. */
export function jittered(intervalMs: number, random: () => number = Math.random): number {
  return intervalMs * (0.9 + 0.2 * random());
}

/** The delay after the `failures`-th failure in a row, in ms: 1 s, doubling, 30 s at most. */
export function backoff(failures: number): number {
  return Math.min(MAX_INTERVAL_MS, 1_000 * 2 ** Math.max(0, failures - 1));
}
