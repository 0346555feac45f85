/** Why a command could not be done. */
export type CommandErrorCode = 'BAD_USAGE' | 'NO_CONNECTION' | 'NO_NAMESPACE' | 'NOT_ALLOWED' | 'NO_WORKER' | 'FAILED';

/** The error of the commands. It ends them with exit code 1; its message is for people and says what to do next. */
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

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
