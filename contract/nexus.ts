import * as nexus from 'nexus-rpc';
import type { AbortInput, CancelOperationInput, WatchOperationInput } from './input.js';
import type { OperationStatus, OperationResult } from './result.js';

/** The operation of `abort` and `status`. The service is `aiplatform.googleapis.com` where it is left out. */
export interface StatusInput {
  name: string;
  service?: string;
}

/**
 * The Nexus service of the worker. `cancel` and `watch` complete with the workflow's result, and a caller's
 * cancellation of `watch` is an abort; `abort` and `status` answer at once, with NOT_FOUND where no workflow
 * follows or followed the operation. An operation that the worker's rules forbid is UNAUTHORIZED for all four, whether
 * or not a workflow follows it. A call fails where a workflow of another type has the id, and says which type that is.
 */
export const googleOperationsService = nexus.service('GoogleOperations', {
  cancel: nexus.operation<CancelOperationInput, OperationResult>(),
  watch: nexus.operation<WatchOperationInput, OperationResult>(),
  abort: nexus.operation<StatusInput & AbortInput, OperationStatus>(),
  status: nexus.operation<StatusInput, OperationStatus>(),
});
