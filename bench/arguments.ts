import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export const partNames = ['idle', 'latency', 'bulk', 'steady'] as const;
export type PartName = (typeof partNames)[number];

/** The options of the bench. */
export interface BenchOptions {
  /** Whether to run a small version, in a minute or two. */
  quick: boolean;
  /** The parts to run. */
  parts: readonly PartName[];
  /** Whether to exit with 1 if a check fails. */
  strict: boolean;
  /** The seed of all random numbers. */
  seed: number;
}

export const USAGE = `npm run bench -- [--quick] [--only ${partNames.join('|')}]... [--strict] [--seed N]`;

/** Parses the command line. @throws Error that says what an option takes */
export function readArguments(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      strict: { type: 'boolean', default: false },
      seed: { type: 'string' },
    },
  });
  const only = values.only?.flatMap((text) => text.split(','));
  const unknown = only?.find((name) => !partNames.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`--only takes ${partNames.join(', ')}; it is ${unknown}`);
  if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) {
    throw new Error(`--seed takes a whole number of at most nine digits; it is ${values.seed}`);
  }
  return {
    quick: values.quick,
    parts: only === undefined ? partNames : partNames.filter((part) => only.includes(part)),
    strict: values.strict,
    seed: values.seed === undefined ? randomInt(1e9) : Number(values.seed),
  };
}
