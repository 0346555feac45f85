import { formatDuration } from '../../contract/duration.js';
import type { Operation } from '../../contract/operation.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { isTooDeep } from '../../google/json.js';
import { createTimeOf } from '../../google/operation.js';
import { EXIT_ERROR } from '../exit-code.js';
import { printable } from '../output/printable.js';
import { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { type ListFlags, reportUnreachable, runningOperations } from './running-operations.js';

/** Runs `list` and returns its exit code. */
export async function runList(flags: ListFlags): Promise<number> {
  const results = new Results(flags.output, true);
  const unreachable = new Set<string>();
  let listed = 0;
  for await (const operation of runningOperations(flags, unreachable)) {
    if (listed === 0 && flags.output === 'text') process.stdout.write('     AGE  NAME\n');
    listed += 1;
    results.add(listEntry(operation), listLine(operation));
  }
  if (listed === 0) say(`Nothing runs under ${flags.parent}.`);
  reportUnreachable(unreachable);
  results.end();
  return unreachable.size > 0 ? EXIT_ERROR : 0;
}

/**
 * An operation as `-o json` prints it: `createTime` if its metadata has one, and the metadata unless it is
 * nested too deeply.
 */
export function listEntry(operation: Operation) {
  const { name, done, metadata } = operation;
  return withoutUndefined({
    name,
    done,
    createTime: createTimeOf(operation),
    metadata: metadata !== undefined && isTooDeep(metadata) ? undefined : metadata,
  });
}

/** An operation on one line, with its age first. */
export function listLine(operation: Operation, now = Date.now()): string {
  const createTime = createTimeOf(operation);
  const ageMs = createTime === undefined ? undefined : now - Date.parse(createTime);
  const age = ageMs === undefined ? '?' : ageMs < 1_000 ? '0s' : formatDuration(ageMs);
  return `${age.padStart(8)}  ${printable(operation.name)}`;
}
