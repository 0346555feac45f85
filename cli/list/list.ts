import { formatDuration } from '../../contract/duration.js';
import type { Operation } from '../../contract/operation.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { isTooDeep } from '../../google/json.js';
import type { CommonFlags } from '../input/flags.js';
import { apiOf } from '../input/operation-name.js';
import { printable } from '../output/printable.js';
import { resultsTo, say } from '../output/terminal.js';
import { createTimeOf, runningOperations } from './running-operations.js';

/** The flags that say which operations to list. */
export interface ListFlags extends CommonFlags {
  parent: string;
  filter?: string;
}

/** Runs `list` to its exit code. */
export async function runList(flags: ListFlags): Promise<number> {
  const results = resultsTo(process.stdout, flags.output, true);
  let listed = 0;
  for await (const operation of operationsFor(flags)) {
    if (listed === 0 && flags.output === 'text') process.stdout.write('     AGE  NAME\n');
    listed += 1;
    results.add(listEntry(operation), listLine(operation));
  }
  if (listed === 0) say(`Nothing runs under ${flags.parent}.`);
  results.end();
  return 0;
}

/**
 * The running operations that the flags ask for, as Google's pages come. Errors as those of {@link runningOperations}.
 */
export function operationsFor(flags: ListFlags): AsyncGenerator<Operation> {
  return runningOperations({ ...apiOf(flags), parent: flags.parent, filter: flags.filter }, process.env);
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
  const age = createTime === undefined ? '?' : formatAge(now - Date.parse(createTime));
  return `${age.padStart(8)}  ${printable(operation.name)}`;
}

function formatAge(ms: number): string {
  return ms < 1_000 ? '0s' : formatDuration(ms);
}
