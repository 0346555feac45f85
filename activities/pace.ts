import type { Pace } from '../contract/input.js';

const SHORTEST = 250;
const LONGEST = 30_000;
const SHARE = 0.25;

/**
 * When to look next, in ms, at an operation that has run for `elapsed` ms since something was last expected to change.
 *
 * The gap is a quarter of the time passed, so that an end is seen late by an eighth of it on average, with at least a
 * quarter of a second between two looks and at most half a minute: an operation of `t` seconds costs about
 * `4 + ln(t) / ln(1.25)` looks, then two a minute.
 */
export function adaptiveGap(elapsed: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, SHARE * elapsed));
}

/** The gap after the `looks`-th look at a fixed pace, in ms. */
export function fixedGap(pace: Pace, looks: number): number {
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
