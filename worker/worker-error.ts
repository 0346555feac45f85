import { CodedError } from '../contract/coded-error.js';

/**
 * The reason why a worker could not start: no connection, no such namespace, or no permission. `FAILED` is
 * only for the plugin's worker.
 */
export type WorkerErrorCode = 'NO_CONNECTION' | 'NO_NAMESPACE' | 'NOT_ALLOWED' | 'CANNOT_START' | 'FAILED';

/** A worker that could not start. The message has the variable and the next step. */
export class WorkerError extends CodedError<WorkerErrorCode> {
  override readonly name = 'WorkerError';
}
