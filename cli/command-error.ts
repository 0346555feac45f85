/** Why a command could not be done. The message is for people and says what to do next. */
export type CommandErrorCode =
  'BAD_USAGE' | 'NO_CONNECTION' | 'NO_NAMESPACE' | 'NOT_ALLOWED' | 'NOT_FOUND' | 'NO_WORKER' | 'FAILED';

/** The error of the commands; it ends them with exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    readonly code: CommandErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
