import type { Outcome } from '../../contract/outcome.js';
import type { Style } from '../output/style.js';
import { WIDTH, wrap } from '../output/text.js';

const SUBJECT = 16;
const INDENT = 8 + SUBJECT + 2;

/** Tells what happens as it happens: one line for each thing, with the seconds since the start. */
export class DemoLog {
  readonly #began = performance.now();

  constructor(
    private readonly write: (text: string) => void,
    private readonly style: Style,
  ) {}

  /** A paragraph for the reader. */
  explain(text: string): void {
    this.write(`${wrap(text, WIDTH).join('\n')}\n`);
  }

  /** What the next lines are about. */
  heading(text: string): void {
    this.write(`\n${this.style('bold', text)}\n`);
  }

  /** Something that happened to a subject: an operation, the worker, Temporal. An outcome goes first, in its colour. */
  tell(subject: string, text: string, outcome?: Outcome): void {
    const seconds = ((performance.now() - this.#began) / 1_000).toFixed(1);
    const [first = '', ...rest] = wrap(outcome === undefined ? text : `${outcome}: ${text}`, WIDTH - INDENT);
    const shown = outcome === undefined ? first : coloured(this.style, outcome, first);
    this.write(
      `${this.style('dim', `${seconds}s`.padStart(6))}  ${this.style('cyan', subject.padEnd(SUBJECT))}  ${shown}\n` +
        rest.map((line) => `${' '.repeat(INDENT)}${line}\n`).join(''),
    );
  }

  /** Something that went wrong. */
  complain(text: string): void {
    this.write(`${this.style('red', text)}\n`);
  }
}

/** The text with the outcome in it in its colour: green where the cancel did it, red for an error, else yellow. */
export function coloured(style: Style, outcome: Outcome, text: string): string {
  const colour =
    outcome === 'CANCELLED' ? 'green' : outcome === 'FAILED' || outcome === 'LOST' ? 'red' : 'yellow';
  return text.replace(outcome, () => style(colour, outcome));
}
