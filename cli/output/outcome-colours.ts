import type { Outcome } from '../../contract/outcome.js';
import type { Style } from './style.js';

/** The colour of each outcome: green is for a cancellation, red for a failure alone. */
const COLOURS = {
  CANCELLED: 'green',
  COMPLETED: 'blue',
  FAILED: 'red',
  NOT_CANCELLABLE: 'yellow',
  STILL_RUNNING: 'cyan',
  LOST: 'magenta',
} as const satisfies Record<Outcome, Parameters<Style>[0]>;

const FIRST_OUTCOME = new RegExp(`\\b(?:${Object.keys(COLOURS).join('|')})\\b`);

/** A text with the first outcome of each line in its colour. */
export function colourOutcomes(style: Style, text: string): string {
  const coloured = (line: string): string =>
    line.replace(FIRST_OUTCOME, (outcome) => style(COLOURS[outcome as Outcome], outcome));
  return text.split('\n').map(coloured).join('\n');
}
