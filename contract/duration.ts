/** A duration as callers write it: `"500ms"`, `"90s"`, `"15m"`, `"24h"`, `"7d"`, or a number of milliseconds. */
export type Duration = string | number;

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PATTERN = /^(\d{1,15}(?:\.\d{1,9})?)(ms|s|m|h|d)$/;

/** The longest duration taken: ten years, well inside what Temporal's timers hold. */
export const MAX_DURATION_MS = 3_650 * 86_400_000;

/** Milliseconds of a duration, or `undefined` where it is not one or is longer than ten years. */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? fromText(value) : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0 || ms > MAX_DURATION_MS) return undefined;
  return Math.round(ms);
}

/** NaN where the text is no duration. */
function fromText(text: string): number {
  if (text === '0') return 0;
  const [, amount, unit = ''] = PATTERN.exec(text) ?? [];
  return Number(amount) * (UNITS[unit] ?? Number.NaN);
}

/** A duration for people, to two units: `formatDuration(93_500)` is `"1m 33s"`; under a second it is in `ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  let rest = Math.floor(ms / 1_000);
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}
