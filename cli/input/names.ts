import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandError, errorMessage } from '../command-error.js';
import { Results } from '../output/results.js';
import { WIDTH, wrap } from '../output/text.js';
import type { OutputFormat } from './flags.js';
import { NamesError } from './operation-name.js';

/** The names that a command was given. */
export interface Names {
  texts: readonly string[];
  /** Whether `json` is an array: of several names, and of any number of them from stdin. */
  isArray: boolean;
}

const STDIN = '-';

/** The paragraph of `--help` about names and their output. */
export const namesHelp = wrap(
  'In json one name gives an object; several, or -, give an array. A name that could not be done gives ' +
    '{ name, error: { type, message } }.',
  WIDTH,
).join('\n');

/**
 * The names of a command line, without blanks around them; `-` stands for one a line on stdin, where blank lines are
 * passed over. There may be none.
 */
export async function readNames(words: readonly string[], stdin: Readable = process.stdin): Promise<Names> {
  const lines = words.includes(STDIN) ? (await text(stdin)).split('\n') : [];
  const piped = lines.map((line) => line.trim()).filter((line) => line !== '');
  const texts = words.flatMap((word) => (word === STDIN ? piped.splice(0) : [word.trim()]));
  return { texts, isArray: words.length > 1 || words.includes(STDIN) };
}

/**
 * Runs a command on names. If it throws, `json` and `jsonl` have that error for each of the names, as they have of one
 * that could not be done.
 */
export async function runOnNames(
  words: readonly string[],
  { output }: { output: OutputFormat },
  run: (names: Names) => number | Promise<number>,
): Promise<number> {
  const names = await readNames(words);
  try {
    if (names.texts.length === 0) throw new CommandError('BAD_USAGE', 'There is no name on stdin.\nNothing was done.');
    return await run(names);
  } catch (error) {
    const results = new Results(output, names.isArray);
    for (const name of names.texts) results.add({ name, error: errorOf(error, name) }, '');
    results.end();
    throw error;
  }
}

function errorOf(error: unknown, name: string): { type: string; message: string } {
  const type = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  const message = error instanceof NamesError ? error.problems.get(name) : errorMessage(error);
  return { type, message: message ?? 'Nothing was done, because another name cannot be used.' };
}
