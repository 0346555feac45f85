import { quoted } from '../contract/text.js';
import { ConfigError } from './config-error.js';
import { formatAddress, type HostPort, parseHostPort } from './host-port.js';

/**
 * Reads settings from an environment.
 *
 * @param read reads the variables that it needs, and reports problems to {@link Variables}
 * @throws {ConfigError} with every variable that cannot be used, its problem and the accepted values.
 */
export function readEnvironment<T>(env: NodeJS.ProcessEnv, read: (variables: Variables) => T | undefined): T {
  const variables = new Variables(env);
  const settings = read(variables);
  if (settings === undefined || variables.problems.length > 0) throw new ConfigError(variables.problems);
  return settings;
}

/**
 * Reads environment variables and collects their problems, so that one run reports all of them. An
 * empty variable counts as not set, except in the lists of allowed services and names, where the default would allow more
 * than the operator meant.
 */
export class Variables {
  readonly problems: string[] = [];

  constructor(readonly env: NodeJS.ProcessEnv) {}

  /** Records a problem of a variable: a clause that follows its name. */
  report(name: string, problem: string): undefined {
    this.problems.push(`${name} ${problem}`);
    return undefined;
  }

  /** The value without blanks at its ends, or `undefined` if it is not set or is empty. */
  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** The value that `parse` returns for the text. If it returns `undefined`, a problem says what the variable accepts. */
  value<T>(name: string, accepts: string, parse: (text: string) => T | undefined): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return parse(text) ?? this.report(name, `is ${quoted(text)}; it takes ${accepts}`);
  }

  /** One of these words, in upper or lower case. */
  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.value(name, `one of ${choices.join(', ')}`, (text) =>
      choices.find((choice) => choice === text.toLowerCase()),
    );
  }

  /** `host:port`. `minPort` is 0 if port 0, which is any free port, is allowed. */
  hostPort(name: string, example: HostPort, minPort = 1): HostPort | undefined {
    return this.value(name, `host:port such as ${formatAddress(example)}`, (text) => parseHostPort(text, minPort));
  }

  /** A list of allowed values. `problemOf` returns the problem of an entry: a clause that follows it. */
  list(name: string, accepts: string, problemOf: (entry: string) => string | undefined): string[] | undefined {
    const text = this.env[name];
    if (text === undefined) return undefined;
    const entries = text.split(',').map((entry) => entry.trim());
    for (const entry of entries) {
      const problem = entry === '' ? 'is empty' : problemOf(entry);
      if (problem !== undefined) {
        return this.report(name, `has the entry ${quoted(entry)}, which ${problem}; it takes ${accepts}`);
      }
    }
    return entries;
  }
}
