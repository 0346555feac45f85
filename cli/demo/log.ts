import type { Outcome } from '../../contract/outcome.js';
import { colourOutcomes } from '../output/outcome-colours.js';
import { styleFor } from '../output/style.js';
import { WIDTH, wrap } from '../output/text.js';

const SUBJECT_WIDTH = 16;
const INDENT = 8 + SUBJECT_WIDTH + 2;

/** Writes the events of the demonstration to stderr as they happen, each with the seconds since the start. */
export class DemoLog {
  readonly #startedAt = performance.now();
  readonly #style = styleFor(process.stderr);

  paragraph(text: string): void {
    process.stderr.write(`${wrap(text, WIDTH).join('\n')}\n`);
  }

  heading(text: string): void {
    process.stderr.write(`\n${this.#style('bold', text)}\n`);
  }

  /** Something that happened to an operation, the worker or Temporal. An outcome goes first, in its colour. */
  event(subject: string, text: string, outcome?: Outcome): void {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(1);
    const [first = '', ...rest] = wrap(outcome === undefined ? text : `${outcome}: ${text}`, WIDTH - INDENT);
    const coloured = outcome === undefined ? first : colourOutcomes(this.#style, first);
    process.stderr.write(
      `${this.#style('dim', `${seconds}s`.padStart(6))}  ${this.#style('cyan', subject.padEnd(SUBJECT_WIDTH))}  ${coloured}\n` +
        rest.map((line) => `${' '.repeat(INDENT)}${line}\n`).join(''),
    );
  }

  error(text: string): void {
    process.stderr.write(`${this.#style('red', text)}\n`);
  }
}
