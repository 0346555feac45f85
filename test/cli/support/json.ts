import { execFileSync } from 'node:child_process';
import type { OperationResult } from '../../../contract/result.js';
import { run } from './command.js';

/** What `cancel -o json` and the like print: a result, or what could not be done. */
export type Printed = OperationResult & { error?: { type: string; message: string }; state?: string };

/** Runs the command with `-o json` and parses what it printed. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who runs it knows what it prints
export async function runJson<T = Printed>(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await run([...args, '-o', 'json'], env);
  return { code, stderr, data: JSON.parse(stdout === '' ? 'null' : stdout) as T, stdout };
}

/** What `jq` makes of a text, or `undefined` where there is no `jq` on this machine. */
export function jq(filter: string, text: string): string | undefined {
  try {
    return execFileSync('jq', ['-r', filter], { input: text, encoding: 'utf8' }).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
