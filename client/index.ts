export type {
  CancelOperationsInput,
  CancelOperationsProgress,
  CancelOperationsResult,
  ItemFailure,
} from '../contract/bulk.js';
export type { Duration } from '../contract/duration.js';
export type { AbortInput, AdjustInput, CancelOperationInput, Polling, WatchOperationInput } from '../contract/input.js';
export type { Operation, RpcStatus } from '../contract/operation.js';
export type { Outcome } from '../contract/outcome.js';
export type {
  AnsweredError,
  Cancellation,
  CancellationRequest,
  CancellationStatus,
  OperationResult,
  OperationStatus,
  WorkflowState,
} from '../contract/result.js';
export { BulkHandle } from './bulk-handle.js';
export { GoogleOperationsError, type GoogleOperationsErrorCode } from './errors.js';
export { type BulkOptions, GoogleOperations, type GoogleOperationsOptions } from './google-operations.js';
export type { Origin } from './latest-execution.js';
export { type LiveStatus, OperationHandle } from './operation-handle.js';
export type { PendingActivity } from './pending-activity.js';
export type { RequestOptions, StartRequestOptions, WaitOptions } from './with-signal.js';
