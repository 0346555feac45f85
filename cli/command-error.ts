import { CodedError } from '../contract/coded-error.js';

/** The reason why a command failed. */
type CommandErrorCode = 'BAD_USAGE' | 'NO_CONNECTION' | 'NO_NAMESPACE' | 'NOT_ALLOWED' | 'NO_WORKER' | 'FAILED';

/** The error of the commands. It ends them with exit code 2 for `BAD_USAGE`, else 1; its message is for people and has the next step. */
export class CommandError extends CodedError<CommandErrorCode> {
  override readonly name = 'CommandError';
}

/** The message of any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
