import type { Outcome } from '../contract/outcome.js';
import { WIDTH, wrap } from './output/text.js';

/** The exit code of `cancel` and `watch` for each outcome. */
export const exitCodes: Readonly<Record<Outcome, number>> = {
  CANCELLED: 0,
  COMPLETED: 3,
  FAILED: 4,
  NOT_CANCELLABLE: 5,
  STILL_RUNNING: 6,
  LOST: 7,
};

/** The exit code where something could not be done. */
export const EXIT_ERROR = 1;
/** The exit code of bad usage: a flag, a name or an argument that cannot be used. Nothing was done. */
export const EXIT_USAGE = 2;

const outcomeList = Object.entries(exitCodes).map(([outcome, code]) => `${code}=${outcome}`);

/** The paragraph of `--help` about the exit codes of `cancel` and `watch`. */
export const exitCodesHelp = wrap(
  `The exit code is the outcome: ${outcomeList.join(', ')}; ${EXIT_ERROR} if it could not be done; ${EXIT_USAGE} for bad usage; 130 after Ctrl-C, ` +
    `which leaves the workflow running. With several names ${EXIT_USAGE} wins, then ${EXIT_ERROR}, then the highest.`,
  WIDTH,
).join('\n');

/** One exit code for several operations: 2 if any of them has it, else 1, else the highest. */
export function combineExitCodes(codes: readonly number[]): number {
  return [EXIT_USAGE, EXIT_ERROR].find((code) => codes.includes(code)) ?? Math.max(0, ...codes);
}
