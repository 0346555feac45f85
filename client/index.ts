export { abort } from './abort.js';
export { type ClientErrorCode, OperationsClientError } from './error.js';
export { outcome } from './outcome.js';
export type { PendingActivity } from './pending.js';
export { cancel, type Followed, type StartOptions, watch } from './start.js';
export { status, type Status } from './status.js';
export type { Target } from './target.js';
