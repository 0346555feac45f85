import { formatDuration } from '../../contract/duration.js';
import { EXIT_ERROR } from '../exit-code.js';
import type { CommonFlags } from '../input/flags.js';
import { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { reportNotUnder, selectionOf, type SelectionFlags } from './lists.js';
import { readLists } from './read-lists.js';
import { isIncomplete, reportMissing } from './report.js';
import { tableOf } from './table.js';

/** The flags of `list`. */
export interface ListFlags extends SelectionFlags, Pick<CommonFlags, 'output'> {
  parent: string[];
  service?: string[];
}

/** Runs `list` and returns its exit code. */
export async function runList(flags: ListFlags): Promise<number> {
  const selection = selectionOf(flags);
  const results = new Results(flags.output, true);
  const age = selection.olderThan === undefined ? '' : `older than ${formatDuration(selection.olderThan)} `;
  const isStream = flags.output === 'jsonl';
  const found = await readLists(selection, isStream ? (one) => results.add(one, '') : undefined);
  const { running, refused } = found;
  if (flags.output === 'text' && running.length > 0) results.add(running, tableOf(running));
  if (flags.output === 'json') for (const one of running) results.add(one, '');
  for (const one of refused) results.add(one, '');
  if (running.length === 0 && !isIncomplete(found)) say(`Nothing ${age}runs under ${flags.parent.join(', ')}.`);
  reportNotUnder(flags);
  reportMissing(found);
  results.end();
  return isIncomplete(found) ? EXIT_ERROR : 0;
}
