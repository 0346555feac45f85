type TemporalServerErrorCode = 'NO_EXECUTABLE' | 'PORT_TAKEN' | 'EXITED_EARLY' | 'NOT_READY';

/** A Temporal development server could not be found or started. The message says what to do. */
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
