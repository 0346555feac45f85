import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { type Duration, formatDuration, parseDuration } from '../../contract/duration.js';
import type { CtrlC } from '../input/ctrl-c.js';
import { countRunning, type Running } from '../list/running.js';
import { tableOf } from '../list/table.js';
import { say } from '../output/terminal.js';

const MAX_LISTED = 10;

/** Shows what would be cancelled, the first ten by name. */
export function showRunning(running: readonly Running[], parent: string): void {
  const more = running.length - MAX_LISTED;
  say(
    [
      `${runningText(running, parent)}:`,
      tableOf(running.slice(0, MAX_LISTED)),
      ...(more > 0 ? [`          and ${more} more`] : []),
    ].join('\n'),
  );
}

/** `2 operations run under projects/p/locations/l`, or `Nothing older than 12h runs under …`. */
export function runningText(running: readonly Running[], parent: string, olderThan?: Duration): string {
  const age = olderThan === undefined ? '' : `older than ${formatDuration(parseDuration(olderThan) ?? 0)} `;
  if (running.length === 0) return `Nothing ${age}runs under ${parent}`;
  return `${countRunning(running)} ${running.length === 1 ? 'runs' : 'run'} under ${parent}`;
}

/** Asks on the terminal whether to cancel them. Only `y` and `yes` are a yes; the end of input and Ctrl-C are a no. */
export async function confirmCancel(running: readonly Running[], { signal }: CtrlC): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While readline reads, it gets Ctrl-C in place of the process.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = once(terminal, 'close').then(() => '');
  const question = `Cancel ${countRunning(running)}? [y/N] `;
  const answer = await Promise.race([terminal.question(question, { signal }).catch(() => ''), closed]);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
