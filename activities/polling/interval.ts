import type { PollingPolicy } from '../../contract/input.js';

const FIRST = 320;
const LONGEST = 30_000;
const SHARE = 0.22;

/**
 * When to look next, in ms, at an operation that has run for `elapsed` ms since something was last expected to change.
 *
 * The gap is 0.32 s plus 22 % of the time passed, half a minute at most. So an end is seen late by 11 % of the time passed on
 * average, and an operation of `t` seconds costs about `1 + ln(1 + t × 0.22 / 0.32) / ln(1.22)` looks up to two minutes, then
 * two a minute. Both numbers were chosen against Google's own clients, whose gaps begin at 0.1 s and grow by 30 %: these look
 * no more often, and see what ends after ten seconds or more sooner on average, and what ends within two a tenth of a second
 * later (`npm run bench`).
 */
export function adaptiveInterval(elapsed: number): number {
  return Math.min(LONGEST, FIRST + SHARE * Math.max(0, elapsed));
}

/** The gap after the `looks`-th look at a fixed pace, in ms. */
export function fixedInterval(pace: PollingPolicy, looks: number): number {
  return Math.min(
    pace.maximumInterval,
    pace.initialInterval * pace.backoffCoefficient ** Math.max(0, looks - 1),
  );
}

/** A gap moved by up to a tenth, so that operations that began together are not looked at together for ever. */
export function jittered(gap: number, random: () => number = Math.random): number {
  return gap * (0.9 + 0.2 * random());
}

/** How long to wait after the `failures`-th failure in a row, in ms: 1 s, doubling, 30 s at most. */
export function backoff(failures: number): number {
  return Math.min(LONGEST, 1_000 * 2 ** Math.max(0, failures - 1));
}
