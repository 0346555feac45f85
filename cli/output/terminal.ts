import { LiveLines } from './live-lines.js';
import { printableLines } from './printable.js';
import { styleFor } from './style.js';
import { columnsOf, wrapMessage } from './text.js';
import { LineView, LiveView, type View } from './view.js';

/** Shows progress on stderr: live on a terminal, by lines elsewhere. */
export function createView(): View {
  const live = createLiveLines();
  return live === undefined ? new LineView((text) => process.stderr.write(text)) : new LiveView(live);
}

/** Lines on stderr, if that is a terminal whose lines can be written over. */
export function createLiveLines(): LiveLines | undefined {
  const { stderr } = process;
  return stderr.isTTY && process.env['TERM'] !== 'dumb' ? new LiveLines(stderr, styleFor(stderr)) : undefined;
}

/** Writes a message to stderr, wrapped if that is a terminal. */
export function say(text: string): void {
  const width = process.stderr.isTTY ? columnsOf(process.stderr) : Infinity;
  process.stderr.write(`${wrapMessage(printableLines(text), width)}\n`);
}
