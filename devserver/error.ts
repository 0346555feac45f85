import { CodedError } from '../contract/coded-error.js';

/** A Temporal development server could not be found or started. The message says what to do. */
export class TemporalServerError extends CodedError<'NO_EXECUTABLE' | 'PORT_TAKEN' | 'EXITED_EARLY' | 'NOT_READY'> {
  override readonly name = 'TemporalServerError';
}
