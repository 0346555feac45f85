import { execFileSync } from 'node:child_process';
import type { OperationResult } from '../../../contract/result.js';
import { compiled, conforms } from '../../support/schemas.js';
import { run } from './command.js';

/** The output of `cancel`, `watch`, `abort` and `status` with `-o json`: a result, a status or a failure. */
export type Printed = OperationResult & { error?: { type: string; message: string }; state?: string };

/** The schemas of what each command prints. */
const SCHEMAS_OF: Readonly<Record<string, readonly string[]>> = {
  cancel: ['result', 'liveStatus', 'failure'],
  watch: ['result', 'liveStatus', 'bulkStatus', 'failure'],
  abort: ['liveStatus', 'bulkStatus', 'failure'],
  status: ['liveStatus', 'bulkStatus', 'failure'],
  poll: ['liveStatus', 'failure'],
  ls: ['record'],
  history: ['execution', 'failure'],
  list: ['running', 'refusedList'],
  'cancel-all': ['cancelOperationsResult'],
  resolve: ['resolved', 'failure'],
};

/** Runs the command with `-o json`, parses its output, and checks it by the schemas of contract/schema. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what the command prints
export async function runJson<T = Printed>(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await run([...args, '-o', 'json'], env);
  const data: unknown = JSON.parse(stdout === '' ? 'null' : stdout);
  const schemas = SCHEMAS_OF[args[0] ?? ''] ?? [];
  const validators = schemas.map((schema) => compiled(`${schema}.json`, { isClosed: true }));
  for (const one of [data].flat()) if (one !== null) conforms(validators, one);
  return { code, stderr, data: data as T, stdout };
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
