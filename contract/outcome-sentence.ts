import { codeName } from './code.js';
import type { RpcStatus } from './operation.js';
import type { Cancellation, OperationResult } from './result.js';

/** The part of a result that the sentence is about. */
export type EndedOperation = Pick<
  OperationResult,
  'outcome' | 'evidence' | 'wasAlreadyDone' | 'cancellation' | 'operation' | 'finishedAt'
>;

/**
 * The meaning of an outcome, as a clause that follows the outcome's name: no capital at its start and no full
 * stop. It claims no more than is known, and contains no text from Google or a caller.
 */
export function outcomeSentence(result: EndedOperation): string {
  const { outcome, evidence, wasAlreadyDone, cancellation, operation, finishedAt } = result;
  if (wasAlreadyDone) return 'done at the first poll, so no cancel was sent';
  switch (outcome) {
    case 'CANCELLED':
      return cancellation.won ? 'the cancel won' : 'cancelled, but not by a cancel that was accepted here';
    case 'COMPLETED':
      if (!wasAcceptedBefore(finishedAt, cancellation)) return 'the operation completed';
      // A service that has a word for success has been seen to use it for an operation of which a part was cancelled.
      return evidence?.includes('.')
        ? 'the operation completed, after a cancel was accepted'
        : 'the operation won, despite the cancel';
    case 'FAILED':
      return `the operation failed with ${nameOfCode(operation?.error)}${cancellation.aborts > 0 ? ', which is no cancellation' : ''}`;
    case 'NOT_CANCELLABLE':
      return 'the service will not cancel it, and it was still running when last polled';
    case 'STILL_RUNNING':
      return 'the timeout passed before its end was seen';
    case 'LOST':
      return 'Google no longer knows it, and its end was not seen';
  }
}

function wasAcceptedBefore(time: string, { acceptedAt }: Cancellation): boolean {
  return acceptedAt !== undefined && Date.parse(acceptedAt) <= Date.parse(time);
}

function nameOfCode(error: RpcStatus | undefined): string {
  return error === undefined ? 'an error' : (codeName(error.code) ?? `code ${error.code}`);
}
