import { test } from 'node:test';
import fc from 'fast-check';

/** The options of a property. */
export interface PropertyOptions<T> {
  /** Cases of a short run. Default 300. */
  short?: number;
  /** The share of `PROPERTY_RUNS` in a long run: less than 1 if a case is slow. Default 1. */
  share?: number;
  /** Cases that are always tried. */
  examples?: readonly NoInfer<T>[];
}

/** Cases of each property in a long run, from `PROPERTY_RUNS`; `undefined` is a short one. */
const LONG = wholeFrom('PROPERTY_RUNS');
/** A short run tries the same cases each time; a long one makes new ones. */
const SEED = wholeFrom('PROPERTY_SEED') ?? (LONG === undefined ? 1 : undefined);
const PATH = process.env['PROPERTY_PATH'];

/**
 * A test of a property over generated values. A failure shows the smallest value found, fast-check's seed and path, and the command
 * that repeats it.
 *
 * @param file the test's file below test/, without `.test.ts`
 */
export function property<T>(
  file: string,
  title: string,
  values: fc.Arbitrary<T>,
  check: (value: T) => void | Promise<void>,
  { short = 300, share = 1, examples = [] }: PropertyOptions<T> = {},
): void {
  const numRuns = LONG === undefined ? short : Math.max(short, Math.ceil(LONG * share));
  test(title, { timeout: 600_000 }, async (t) => {
    const details = await fc.check(
      fc.asyncProperty(values, async (value) => {
        await check(value);
      }),
      {
        numRuns,
        includeErrorInReport: true,
        ...(SEED !== undefined && { seed: SEED }),
        ...(PATH !== undefined && { path: PATH }),
        examples: PATH === undefined ? examples.map((example): [T] => [example]) : [],
      },
    );
    t.diagnostic(`${details.numRuns} cases`);
    if (!details.failed) return;
    const again = [
      `PROPERTY_RUNS=${numRuns}`,
      `PROPERTY_SEED=${details.seed}`,
      ...(details.counterexamplePath === null ? [] : [`PROPERTY_PATH=${details.counterexamplePath}`]),
      `node scripts/test.mjs ${file} --test-name-pattern='${title.replaceAll("'", '.')}'`,
    ];
    throw new Error(`${await fc.asyncDefaultReportMessage(details)}\n\nTo repeat it: ${again.join(' ')}`, {
      cause: details.errorInstance,
    });
  });
}

function wholeFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`${variable} must be a whole number; it is ${text}`);
  return value;
}
