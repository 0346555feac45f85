/** Why a call to the emulator failed. */
export type EmulatorErrorCode =
  'INVALID_ARGUMENT' | 'ALREADY_EXISTS' | 'NOT_FOUND' | 'TIMED_OUT' | 'CLOSED' | 'CANNOT_LISTEN';

/** An error of the emulator's own calls, never of the Google calls that it answers. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: EmulatorErrorCode;

  constructor(code: EmulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
