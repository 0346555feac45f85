import type { Operation } from './operation.js';

/**
 * How following an operation ended. A final Operation shows one of the first three. The last three mean that
 * its end was not seen.
 */
export type Outcome = 'CANCELLED' | 'COMPLETED' | 'FAILED' | 'NOT_CANCELLABLE' | 'STILL_RUNNING' | 'LOST';

/** The outcomes that a final Operation can show. */
export type FinalOutcome = Extract<Outcome, 'CANCELLED' | 'COMPLETED' | 'FAILED'>;

const CANCELLED = 1;

/**
 * The outcome of an Operation that is done; `undefined` while it runs.
 *
 * Cancelled is `error.code` 1 and nothing else (operations.proto); any other error, ABORTED included, is a
 * failure. Done with a response, or with neither response nor error ("some services might not provide the
 * result"), is completed.
 */
export function outcomeOf(operation: Operation): FinalOutcome | undefined {
  if (!operation.done) return undefined;
  if (operation.error === undefined) return 'COMPLETED';
  return operation.error.code === CANCELLED ? 'CANCELLED' : 'FAILED';
}
