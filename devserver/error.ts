/** Why there is no development server: none to run, it could not start, or it is not the one that was meant. */
export type TemporalServerErrorCode = 'NO_EXECUTABLE' | 'PORT_TAKEN' | 'EXITED_EARLY' | 'NOT_READY';

/** A Temporal server for this machine that could not be found or started. The message says what to do. */
export class TemporalServerError extends Error {
  override readonly name = 'TemporalServerError';

  constructor(
    readonly code: TemporalServerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
