import type { OutputFormat } from '../input/flags.js';
import { printableJson, printableLines } from './printable.js';

/** Where results go, and in which form. */
export interface ResultsOptions {
  format: OutputFormat;
  /** Whether `json` is an array. */
  several: boolean;
  write: (text: string) => void;
}

/** Writes results, nothing of which a terminal obeys: text and `jsonl` as each comes, `json` when all are there, in the order of their numbers. */
export class Results {
  readonly #kept: unknown[] = [];

  constructor(private readonly options: ResultsOptions) {}

  /** One result; the text is for people, of any number of lines. */
  add(value: unknown, text: string, number = this.#kept.length): void {
    const { format, write } = this.options;
    if (format === 'text' && text !== '') write(`${printableLines(text)}\n`);
    if (format === 'jsonl') write(`${printableJson(value)}\n`);
    this.#kept[number] = value;
  }

  /** All are there. */
  end(): void {
    const { format, several, write } = this.options;
    if (format !== 'json') return;
    const values = this.#kept.filter((value) => value !== undefined);
    const whole = several ? values : values[0];
    if (whole !== undefined) write(`${printableJson(whole, 2)}\n`);
  }
}
