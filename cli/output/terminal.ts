import type { OutputFormat } from '../input/flags.js';
import { printableLines } from './printable.js';
import { Results } from './results.js';
import { styleFor } from './style.js';
import { WIDTH, wrap } from './text.js';
import { LineView, LiveView, type View } from './view.js';

/** Writes results to a stream, usually stdout. */
export function resultsTo(stream: NodeJS.WriteStream, format: OutputFormat, isArray: boolean): Results {
  return new Results({ format, isArray, write: (text) => void stream.write(text) });
}

/** Shows progress on a stream, usually stderr: live on a terminal, by lines elsewhere. */
export function viewOn(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): View {
  const write = (text: string): unknown => stream.write(text);
  if (!isLiveTerminal(stream, env)) return new LineView(write);
  return new LiveView({
    write,
    style: styleFor(stream),
    // Read each time: the window may be resized.
    get columns() {
      return columnsOf(stream);
    },
    get rows() {
      return stream.rows > 0 ? stream.rows : 24;
    },
  });
}

/** Whether lines that were written to a stream can be written over. */
export function isLiveTerminal(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY && env['TERM'] !== 'dumb';
}

/** The width of a terminal. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.columns > 0 ? stream.columns : WIDTH;
}

/** Writes a message to stderr, wrapped if that is a terminal. */
export function say(text: string): void {
  const width = process.stderr.isTTY && process.stderr.columns > 0 ? process.stderr.columns : Infinity;
  // An indented line is a command to type, and stays in one piece.
  const lines = printableLines(text)
    .split('\n')
    .flatMap((line) => (line.length <= width || line.startsWith(' ') ? [line] : wrap(line, width)));
  process.stderr.write(`${lines.join('\n')}\n`);
}
