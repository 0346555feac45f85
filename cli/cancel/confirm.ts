import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Operation } from '../../contract/operation.js';
import type { CtrlC } from '../input/ctrl-c.js';
import { listLine } from '../list/list.js';
import { say } from '../output/terminal.js';
import { count } from '../output/words.js';

const MAX_LISTED = 10;

/** Shows the operations that would be cancelled, the first ten by name. */
export function showOperations(operations: readonly Operation[], parent: string): void {
  const more = operations.length - MAX_LISTED;
  say(
    [
      `${runningText(operations.length, parent)}:`,
      ...operations.slice(0, MAX_LISTED).map((operation) => listLine(operation)),
      ...(more > 0 ? [`          and ${more} more`] : []),
    ].join('\n'),
  );
}

/** `2 operations run under projects/p/locations/l`. */
export function runningText(number: number, parent: string): string {
  return `${count(number, 'operation')} ${number === 1 ? 'runs' : 'run'} under ${parent}`;
}

/** Asks on the terminal whether to cancel them. Only `y` and `yes` are a yes; the end of input and Ctrl-C are a no. */
export async function confirmCancel(number: number, { signal }: CtrlC): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While readline reads, it gets Ctrl-C in place of the process.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = once(terminal, 'close').then(() => '');
  const question = `Cancel ${count(number, 'operation')}? [y/N] `;
  const answer = await Promise.race([terminal.question(question, { signal }).catch(() => ''), closed]);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
