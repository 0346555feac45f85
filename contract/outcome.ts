import type { RpcStatus } from './operation.js';

/**
 * How following an operation ended. A final Operation shows one of the first three. The last three mean that
 * its end was not seen.
 */
export type Outcome = 'CANCELLED' | 'COMPLETED' | 'FAILED' | 'NOT_CANCELLABLE' | 'STILL_RUNNING' | 'LOST';

const OUTCOMES: Readonly<Record<Outcome, true>> = {
  CANCELLED: true,
  COMPLETED: true,
  FAILED: true,
  NOT_CANCELLABLE: true,
  STILL_RUNNING: true,
  LOST: true,
};

/** The words of all outcomes. */
export const outcomes: readonly string[] = Object.keys(OUTCOMES);

/** Whether a value is an outcome: a workflow of somebody else may end with anything. */
export function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'string' && Object.hasOwn(OUTCOMES, value);
}

/** The outcomes that a final Operation can show. */
export type FinalOutcome = Extract<Outcome, 'CANCELLED' | 'COMPLETED' | 'FAILED'>;

/** The meaning of a final Operation. */
export interface Verdict {
  outcome: FinalOutcome;
  /**
   * Where the outcome was read: `error.code`, `response`, `neither` of the two, or the place of a word, such as
   * `metadata.state`.
   */
  evidence: string;
  /** The error that its word stands for, where the service gives neither error nor response: code 4 for `BATCH_STATE_EXPIRED`. */
  error?: RpcStatus;
}
