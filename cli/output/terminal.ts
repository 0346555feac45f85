import { printableLines } from './printable.js';
import { Results } from './results.js';
import type { OutputFormat } from '../input/flags.js';
import { styleFor } from './style.js';
import { LineView, LiveView, type View } from './view.js';
import { WIDTH, wrap } from './text.js';

/** Writes data to stdout. */
export function resultsTo(stdout: NodeJS.WriteStream, format: OutputFormat, several: boolean): Results {
  return new Results({ format, several, write: (text) => void stdout.write(text) });
}

/** Shows progress on stderr: live on a terminal, by lines elsewhere. */
export function viewOn(stderr: NodeJS.WriteStream, env: NodeJS.ProcessEnv): View {
  const write = (text: string): unknown => stderr.write(text);
  if (!stderr.isTTY || env['TERM'] === 'dumb') return new LineView(write);
  const size = stderr;
  return new LiveView({
    write,
    style: styleFor(stderr, env),
    get columns() {
      return size.columns > 0 ? size.columns : WIDTH;
    },
    get rows() {
      return size.rows > 0 ? size.rows : 24;
    },
  });
}

/** Tells something on stderr, on a line of its own. */
export function say(text: string): void {
  const width = process.stderr.isTTY && process.stderr.columns > 0 ? process.stderr.columns : Infinity;
  // What is to be typed stands after blanks, and stays in one piece.
  const lines = printableLines(text)
    .split('\n')
    .flatMap((line) => (line.length <= width || line.startsWith(' ') ? [line] : wrap(line, width)));
  process.stderr.write(`${lines.join('\n')}\n`);
}
