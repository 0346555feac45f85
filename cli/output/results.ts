import type { OutputFormat } from '../input/flags.js';
import { colourOutcomes } from './outcome-colours.js';
import { printableJson, printableLines } from './printable.js';
import { styleFor } from './style.js';

/**
 * Writes results to stdout, without terminal control characters but the colours of outcomes: `text` and `jsonl` at once,
 * `json` at the end, in the order of their indexes.
 */
export class Results {
  readonly #values: unknown[] = [];

  /** @param isArray whether `json` is an array */
  constructor(
    private readonly format: OutputFormat,
    private readonly isArray: boolean,
    private readonly write: (text: string) => unknown = (text) => process.stdout.write(text),
    private readonly style = styleFor(process.stdout),
  ) {}

  /** Adds a result; the text, of any number of lines, is for people, and an empty one is not written. */
  add(value: unknown, text: string, index = this.#values.length): void {
    if (this.format === 'text' && text !== '') this.write(`${colourOutcomes(this.style, printableLines(text))}\n`);
    if (this.format === 'jsonl') this.write(`${printableJson(value)}\n`);
    this.#values[index] = value;
  }

  /** Ends the output, after the last result. */
  end(): void {
    if (this.format !== 'json') return;
    const values = this.#values.filter((value) => value !== undefined);
    const output = this.isArray ? values : values[0];
    if (output !== undefined) this.write(`${printableJson(output, 2)}\n`);
  }
}
