import { LiveLines } from './live-lines.js';
import { printableLines } from './printable.js';
import { styleFor } from './style.js';
import { columnsOf, wrap } from './text.js';
import { LineView, LiveView, type View } from './view.js';

/** Shows progress on stderr: live on a terminal, by lines elsewhere. */
export function createView(): View {
  const { stderr } = process;
  return isLiveTerminal()
    ? new LiveView(new LiveLines(stderr, styleFor(stderr)))
    : new LineView((text) => stderr.write(text));
}

/** Whether stderr is a terminal whose lines can be written over. */
export function isLiveTerminal(): boolean {
  return process.stderr.isTTY && process.env['TERM'] !== 'dumb';
}

/** Writes a message to stderr, wrapped if that is a terminal. */
export function say(text: string): void {
  const width = process.stderr.isTTY ? columnsOf(process.stderr) : Infinity;
  // An indented line is a command to type, and stays in one piece.
  const lines = printableLines(text)
    .split('\n')
    .flatMap((line) => (line.length <= width || line.startsWith(' ') ? [line] : wrap(line, width)));
  process.stderr.write(`${lines.join('\n')}\n`);
}
