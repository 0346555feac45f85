import type { Outcome } from '../contract/outcome.js';

/** The exit code of `cancel` and `watch` for each outcome. */
export const exitCodes: Readonly<Record<Outcome, number>> = {
  CANCELLED: 0,
  COMPLETED: 3,
  FAILED: 4,
  NOT_CANCELLABLE: 5,
  STILL_RUNNING: 6,
  LOST: 7,
};

/** What could not be done. */
export const EXIT_ERROR = 1;

/** One exit code for several: 1 wins, then the highest. */
export function worst(codes: readonly number[]): number {
  return codes.includes(EXIT_ERROR) ? EXIT_ERROR : Math.max(0, ...codes);
}
