import type { OutputFormat } from '../input/flags.js';
import { printableJson, printableLines } from './printable.js';

/** Where results go, and in which form. */
export interface ResultsOptions {
  format: OutputFormat;
  /** Whether `json` is an array. */
  isArray: boolean;
  write: (text: string) => void;
}

/**
 * Writes results, without anything that a terminal obeys: `text` and `jsonl` as each comes, `json` at the
 * end, in the order of their indexes.
 */
export class Results {
  readonly #values: unknown[] = [];

  constructor(private readonly options: ResultsOptions) {}

  /** Adds a result; the text, of any number of lines, is for people, and an empty one is not written. */
  add(value: unknown, text: string, index = this.#values.length): void {
    const { format, write } = this.options;
    if (format === 'text' && text !== '') write(`${printableLines(text)}\n`);
    if (format === 'jsonl') write(`${printableJson(value)}\n`);
    this.#values[index] = value;
  }

  /** Ends the output, after the last result. */
  end(): void {
    const { format, isArray, write } = this.options;
    if (format !== 'json') return;
    const values = this.#values.filter((value) => value !== undefined);
    const output = isArray ? values : values[0];
    if (output !== undefined) write(`${printableJson(output, 2)}\n`);
  }
}
