/** The reason why a command failed. */
export type CommandErrorCode = 'BAD_USAGE' | 'NO_CONNECTION' | 'NO_NAMESPACE' | 'NOT_ALLOWED' | 'NO_WORKER' | 'FAILED';

/** The error of the commands. It ends them with exit code 1; its message is for people and has the next step. */
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

/** The message of any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
