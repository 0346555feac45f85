import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { CancelAnswer } from '../contract/activities.js';
import type { ParsedInput } from '../contract/input.js';
import { InvalidInput } from '../contract/invalid-input.js';
import type { FailureType } from '../contract/messages.js';
import type { Operation } from '../contract/operation.js';

/**
 * Runs a parser of the contract.
 *
 * @throws ApplicationFailure for invalid input: it fails the workflow, or rejects the update
 */
export function parseOrThrow<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidInput) throw failure('INVALID_ARGUMENT', error.message);
    throw error;
  }
}

/**
 * The failure for a 403 to the cancel. It is no outcome, because an account with the right role could cancel
 * the operation.
 */
export function cancelDenied(
  input: ParsedInput,
  answer: CancelAnswer,
  operation: Operation | undefined,
): ApplicationFailure {
  const message =
    `Google denied the cancel of ${input.name} on ${input.service}: ${answer.error?.message ?? 'no reason given'} ` +
    "The operation was still running when last seen. Give the worker's account the permission to cancel it and start again.";
  return failure('PERMISSION_DENIED', message, operation);
}

/**
 * A non-retryable failure: of a type of the contract, or the one that rejects an update. It has no stack, because callers in
 * other namespaces get it.
 */
export function failure(type: FailureType, message: string, ...details: unknown[]): ApplicationFailure {
  const failed = ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    details: details.filter((detail) => detail !== undefined),
  });
  return Object.assign(failed, { stack: '' });
}

/** The cause of an activity's failure, or the error itself if it is not one. */
export function activityCause(error: unknown): unknown {
  return error instanceof ActivityFailure ? (error.cause ?? error) : error;
}

/** Type and message of any error, for a report. Without a type, as in a time-out, it is `UNKNOWN`. */
export function describeFailure(error: unknown): { type: string; message: string } {
  const cause = activityCause(error);
  const type = cause instanceof ApplicationFailure ? (cause.type ?? 'UNKNOWN') : 'UNKNOWN';
  return { type, message: cause instanceof Error ? cause.message : String(cause) };
}
