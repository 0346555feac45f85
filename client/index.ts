export type {
  CancelOperationsInput,
  CancelOperationsProgress,
  CancelOperationsResult,
  ItemFailure,
} from '../contract/bulk.js';
export { abort, signalAbort } from './abort.js';
export { type ClientErrorCode, GoogleOperationsError } from './error.js';
export { cancelMany, type CancelManyOptions, type ManyCancelled } from './many.js';
export { outcome } from './outcome.js';
export type { PendingActivity } from './pending.js';
export { cancel, type CancelOptions, type Followed, type StartOptions, watch } from './start.js';
export { status, type Status } from './status.js';
export { type Target, workflowIdFor } from './target.js';
