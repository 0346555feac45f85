import type { Attempt } from '../attempt.js';

const LONG_POLL_MS = 20_000;
/** A shorter `wait` is not worth its request. */
export const MIN_LONG_POLL_MS = 1_000;

/** The method to read the operation's state: `get`, or a `wait` of up to that time. */
export type PollMethod = 'get' | { waitMs: number };

/**
 * Chooses `wait` where the service has it and the attempt has at least a second left, else `get`.
 *
 * @param endsAt the end of the attempt, in ms since 1970
 */
export function chooseMethod(attempt: Attempt, endsAt: number): PollMethod {
  const { useFieldMask, failures } = attempt.pollState;
  // A `wait` would read the whole of a large operation. The state tells the workflow to restart polling after a cancel.
  if (useFieldMask || attempt.process.waitSupport.isUnsupported(attempt.ref))
    attempt.update({ ...attempt.pollState, waitUnsupported: true });
  const waitMs = Math.min(LONG_POLL_MS, endsAt - Date.now());
  if (waitMs < MIN_LONG_POLL_MS || attempt.pollState.waitUnsupported || failures > 0) return 'get';
  return { waitMs };
}
