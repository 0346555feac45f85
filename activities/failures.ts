import { ApplicationFailure } from '@temporalio/activity';
import type { PollState } from '../contract/activities.js';
import { type FailureType, OPERATION_RUNNING } from '../contract/messages.js';
import type { GoogleApiError } from '../google/error.js';
import type { Attempt } from './attempt.js';
import { failureHint } from './failure-hints.js';

/** The part of an attempt that its failure reports. */
type Polled = Pick<Attempt, 'ref' | 'pollState'>;

/**
 * Ends the attempt; Temporal starts the next one after `afterMs`.
 *
 * @param benign whether the failure is expected: the worker then neither logs a warning nor counts it
 */
export function retryLater(
  type: string,
  message: string,
  afterMs: number,
  pollState?: PollState,
  benign = true,
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nextRetryDelay: Math.max(1, Math.round(afterMs)),
    ...(pollState && { details: [pollState] }),
    ...(benign && { category: 'BENIGN' as const }),
  });
}

/** Ends the attempt while the operation runs. */
export function running({ ref, pollState }: Polled, afterMs: number): ApplicationFailure {
  const { polls } = pollState;
  const count = `${polls} poll${polls === 1 ? '' : 's'}`;
  const message = `${ref.name} is still running after ${count} here; the next is in ${seconds(afterMs)}`;
  return retryLater(OPERATION_RUNNING, message, afterMs, pollState);
}

/** Ends the attempt while a reconcile loop covers the operation. */
export function covered({ ref, pollState }: Polled, afterMs: number): ApplicationFailure {
  const message = `${ref.name} is watched by the list of its collection; the next poll of its own is in ${seconds(afterMs)} at the latest`;
  return retryLater(OPERATION_RUNNING, message, afterMs, pollState);
}

/** Ends the attempt after a transient error. */
export function retry({ pollState }: Polled, error: GoogleApiError, afterMs: number): ApplicationFailure {
  const message = joinSentences(error.message, `Trying again in ${seconds(afterMs)}.`);
  return retryLater(error.code, message, afterMs, pollState, false);
}

/** Ends the attempt because the limiter has no free slot. */
export function noSlot({ ref, pollState }: Polled, scope: string, afterMs: number): ApplicationFailure {
  const message = `The requests to ${scope} are at their limit; the next slot for ${ref.name} is in ${seconds(afterMs)}`;
  return retryLater('RESOURCE_EXHAUSTED', message, afterMs, pollState);
}

/** Ends an attempt whose worker shuts down, or that an operator pauses or the workflow cancels. */
export function endAttempt(pollState?: PollState): ApplicationFailure {
  const message = 'This attempt was ended; the next one continues';
  return retryLater(OPERATION_RUNNING, message, 1, pollState);
}

/** Ends the activity with a non-retryable failure. */
export function failed({ ref, pollState }: Polled, error: GoogleApiError, type: FailureType): ApplicationFailure {
  const message = joinSentences(error.message, failureHint(type, error, ref));
  const failure = ApplicationFailure.create({ type, message, nonRetryable: true, details: [pollState] });
  // It becomes that of the workflow, which callers in other namespaces get: they must not see the paths of this worker.
  return Object.assign(failure, { stack: '' });
}

/** Two sentences with one full stop between them. */
export function joinSentences(first: string, second: string): string {
  return `${first}${/[.!?…]$/.test(first) ? '' : '.'} ${second}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}
