import { formatDuration } from '../../contract/duration.js';
import type { Operation } from '../../contract/operation.js';
import { isTooDeep } from '../../google/json.js';
import type { ListFlags } from '../commands/list.js';
import { createTimeOf, runningOperations } from './running-operations.js';
import { apiOf } from '../input/operation-name.js';
import { printable } from '../output/printable.js';
import { resultsTo, say } from '../output/terminal.js';

/** Runs `list` to its exit code. */
export async function runList(flags: ListFlags): Promise<number> {
  const query = { ...apiOf(flags), parent: flags.parent, filter: flags.filter };
  const results = resultsTo(process.stdout, flags.output, true);
  let number = 0;
  for await (const operation of runningOperations(query, process.env)) {
    if (number === 0 && flags.output === 'text') process.stdout.write('     AGE  NAME\n');
    number += 1;
    results.add(listed(operation), lineOf(operation));
  }
  if (number === 0) say(`Nothing runs under ${flags.parent}.`);
  results.end();
  return 0;
}

/** An operation as `list` prints it; `createTime` where its metadata has one. Metadata that is nested too deeply is left out. */
export function listed(operation: Operation) {
  const { name, done, metadata } = operation;
  const createTime = createTimeOf(operation);
  return {
    name,
    done,
    ...(createTime !== undefined && { createTime }),
    ...(metadata !== undefined && !isTooDeep(metadata) && { metadata }),
  };
}

/** An operation on one line, its age first. */
export function lineOf(operation: Operation, now = Date.now()): string {
  const createTime = createTimeOf(operation);
  const age = createTime === undefined ? '?' : ageOf(now - Date.parse(createTime));
  return `${age.padStart(8)}  ${printable(operation.name)}`;
}

function ageOf(ms: number): string {
  return ms < 1_000 ? '0s' : formatDuration(ms);
}
