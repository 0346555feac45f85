import type { CancelOperationInput, WatchOperationInput } from '../contract/input.js';
import type { OperationResult } from '../contract/result.js';
import type { Progress } from './progress.js';
import { followOperation } from './follow-operation.js';

/**
 * Cancels an operation and follows it until it is final.
 *
 * @param input validated in the workflow; invalid input fails it with `INVALID_ARGUMENT`
 * @param carried the progress of the run that continued as new with this one; otherwise it is ignored
 * @returns the outcome, and whether the cancellation won
 * @throws ApplicationFailure of one of the `failureTypes`, where no outcome can be recorded
 */
export function cancelOperation(input: CancelOperationInput, carried?: Progress): Promise<OperationResult> {
  return followOperation('cancelOperation', input, carried);
}

/**
 * Follows an operation until it is final, and cancels it when it gets `abort`, when `abortAfter` passes, or
 * when the workflow itself is cancelled. Parameters, result and errors as for {@link cancelOperation}.
 */
export function watchOperation(input: WatchOperationInput, carried?: Progress): Promise<OperationResult> {
  return followOperation('watchOperation', input, carried);
}

export { cancelOperations } from './bulk/cancel-operations.js';
export { reconcileOperations } from './reconcile-operations.js';
export { abortSignal, abortUpdate, adjustUpdate, pollSignal, progressQuery, statusQuery } from './messages.js';
