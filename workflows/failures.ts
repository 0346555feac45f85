import { ApplicationFailure } from '@temporalio/workflow';
import type { CancelAnswer } from '../contract/activities.js';
import type { ParsedInput } from '../contract/input.js';
import { InvalidInput } from '../contract/invalid-input.js';
import type { FailureType } from '../contract/messages.js';
import type { Operation } from '../contract/operation.js';

/** Runs a check of the contract; what it finds fails the workflow, or the update, for good. */
export function parseOrThrow<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof InvalidInput) throw failure('INVALID_ARGUMENT', error.message);
    throw error;
  }
}

/** Google said 403 to the cancel: somebody with the right role could send it, so the starter has to know. */
export function cancelDenied(
  request: ParsedInput,
  answer: CancelAnswer,
  operation: Operation | undefined,
): ApplicationFailure {
  const message =
    `Google denied the cancel of ${request.name} on ${request.service}: ${answer.error?.message ?? 'no reason given'} ` +
    "The operation was still running when last seen. Give the worker's account the permission to cancel it and start again.";
  return failure('PERMISSION_DENIED', message, operation);
}

/** A failure which nothing retries: of a type of the contract, or what an update is rejected with. */
export function failure(
  type: FailureType | 'FAILED_PRECONDITION',
  message: string,
  ...details: unknown[]
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    details: details.filter((detail) => detail !== undefined),
  });
}
