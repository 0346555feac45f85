import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const partNames = ['idle', 'latency', 'bulk', 'steady', 'workers'] as const;
export type PartName = (typeof partNames)[number];

export type BenchOptions = ReturnType<typeof readArguments>;

export const USAGE = `npm run bench -- [--quick] [--only ${partNames.join('|')}]... [--strict] [--seed N]`;

/** Parses the command line. @throws Error that says what an option takes */
export function readArguments(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      // Whether to run a small version, in a minute or two.
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      // Whether to exit with 1 if a check fails.
      strict: { type: 'boolean', default: false },
      seed: { type: 'string' },
    },
  });
  const only = values.only?.flatMap((text) => text.split(',')) ?? partNames;
  const unknown = only.find((name) => !partNames.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`--only takes ${partNames.join(', ')}; it is ${unknown}`);
  if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) {
    throw new Error(`--seed takes a whole number of at most nine digits; it is ${values.seed}`);
  }
  const parts = partNames.filter((part) => only.includes(part));
  const seed = values.seed === undefined ? randomInt(1e9) : Number(values.seed);
  return { quick: values.quick, parts, strict: values.strict, seed };
}
