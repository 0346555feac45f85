/**
 * A duration as callers write it: `"500ms"`, `"90s"`, `"1.5h"`, `"7d"`, `"5 minutes"`, or a number of
 * milliseconds. The units and spellings are those of the `ms` package, which Temporal's own options take.
 */
export type Duration = string | number;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The spellings of the units, in small letters: a regular expression. Upper case is taken too. */
export const DURATION_UNITS =
  'milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y';
/** As in the `ms` package. */
export const MAX_DURATION_LENGTH = 100;
const PATTERN = new RegExp(String.raw`^(\d*\.?\d+) *(${DURATION_UNITS})$`, 'i');
/** By the first letter of the unit; milliseconds apart. */
const UNITS_MS: Record<string, number> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  y: 365.25 * DAY_MS,
};

/** The longest duration taken: ten years, which is below the maximum of Temporal's timers. */
export const MAX_DURATION_MS = 3_650 * DAY_MS;

/**
 * Milliseconds of a duration, or `undefined` if it is malformed, negative or longer than ten years. A
 * number in a string needs a unit, except `"0"`.
 */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? fromText(value) : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0 || ms > MAX_DURATION_MS) return undefined;
  return Math.round(ms);
}

/** NaN if the text is not a duration. */
function fromText(text: string): number {
  if (text === '0') return 0;
  if (text.length > MAX_DURATION_LENGTH) return Number.NaN;
  const [, amount, unit = ''] = PATTERN.exec(text) ?? [];
  const unitMs = /^m(?:s|il)/i.test(unit) ? 1 : UNITS_MS[unit.charAt(0).toLowerCase()];
  return Number(amount) * (unitMs ?? Number.NaN);
}

/** A duration for people, to two units: `formatDuration(93_500)` is `"1m 33s"`; under a second it is in `ms`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))}ms`;
  let rest = ms;
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = UNITS_MS[unit] ?? Number.NaN;
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}
