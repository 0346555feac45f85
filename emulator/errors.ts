import { CodedError } from '../contract/coded-error.js';

/** Why a call to the emulator failed. */
export type EmulatorErrorCode =
  'INVALID_ARGUMENT' | 'PERMISSION_DENIED' | 'ALREADY_EXISTS' | 'NOT_FOUND' | 'TIMED_OUT' | 'CLOSED' | 'CANNOT_LISTEN';

/** An error of the emulator's own calls, never of the Google calls that it answers. */
export class EmulatorError extends CodedError<EmulatorErrorCode> {
  override readonly name = 'EmulatorError';
}
