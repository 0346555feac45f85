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

/** The exit code of a command that failed. */
export const EXIT_ERROR = 1;

const outcomeList = Object.entries(exitCodes).map(([outcome, code]) => `${code}=${outcome}`);

/** The paragraph of `--help` about the exit codes of `cancel` and `watch`. */
export const exitCodesHelp = wrap(
  `The exit code is the outcome: ${outcomeList.join(', ')}; ${EXIT_ERROR} if it could not be done; 130 after Ctrl-C, ` +
    'which leaves the workflow running.',
  WIDTH,
).join('\n');

/** One exit code for several operations: 1 if any of them has it, otherwise the highest. */
export function combineExitCodes(codes: readonly number[]): number {
  return codes.includes(EXIT_ERROR) ? EXIT_ERROR : Math.max(0, ...codes);
}
