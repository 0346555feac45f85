/** Why a worker could not start: no server, no such namespace, not allowed, or another reason. */
export type WorkerErrorCode = 'NO_CONNECTION' | 'NO_NAMESPACE' | 'NOT_ALLOWED' | 'CANNOT_START';

/** A worker that could not start. The message names the variable and says what to do. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';

  constructor(
    readonly code: WorkerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
