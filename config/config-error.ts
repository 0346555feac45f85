/** An environment that a worker cannot use. `problems` has one line for each variable; the message has all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'INVALID_CONFIGURATION';

  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, options);
  }
}
