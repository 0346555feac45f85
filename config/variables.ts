import { quoted } from '../contract/text.js';
import { formatAddress, type HostPort, parseHostPort } from './host-port.js';

/**
 * Reads environment variables and collects what is wrong with them, so that one run tells it all. A variable
 * that is set to nothing counts as not set, except for lists of what is allowed: there it would silently mean
 * the default.
 */
export class Variables {
  readonly problems: string[] = [];

  constructor(readonly env: NodeJS.ProcessEnv) {}

  /** Notes a problem of a variable: `what` goes after the name. */
  report(name: string, what: string): undefined {
    this.problems.push(`${name} ${what}`);
    return undefined;
  }

  /** The value without blanks at its ends, or `undefined` where there is none. */
  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** A value that `parse` takes, or a problem that says what it accepts. */
  value<T>(name: string, accepts: string, parse: (text: string) => T | undefined): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return parse(text) ?? this.report(name, `is ${quoted(text)}; it takes ${accepts}`);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.value(name, `one of ${choices.join(', ')}`, (text) =>
      choices.find((choice) => choice === text.toLowerCase()),
    );
  }

  /** `minPort` is 0 where port 0, any free port, makes sense. */
  hostPort(name: string, example: HostPort, minPort = 1): HostPort | undefined {
    return this.value(name, `host:port such as ${formatAddress(example)}`, (text) =>
      parseHostPort(text, minPort),
    );
  }

  /** A list of what is allowed. `problemOf` says what is wrong with an entry: a clause that goes after it. */
  list(
    name: string,
    accepts: string,
    problemOf: (entry: string) => string | undefined,
  ): string[] | undefined {
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
