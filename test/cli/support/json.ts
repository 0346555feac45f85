import { execFileSync } from 'node:child_process';
import type { OperationResult } from '../../../contract/result.js';
import { run } from './command.js';

/** The output of `cancel`, `watch`, `abort` and `status` with `-o json`: a result, a status or a failure. */
export type Printed = OperationResult & { error?: { type: string; message: string }; state?: string };

/** Runs the command with `-o json` and parses its output. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what the command prints
export async function runJson<T = Printed>(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await run([...args, '-o', 'json'], env);
  return { code, stderr, data: JSON.parse(stdout === '' ? 'null' : stdout) as T, stdout };
}

/** The output of `jq` for a text, or `undefined` if there is no `jq` on this machine. */
export function jq(filter: string, text: string): string | undefined {
  try {
    return execFileSync('jq', ['-r', filter], { input: text, encoding: 'utf8' }).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
