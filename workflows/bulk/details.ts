import type { ParsedBulkInput } from '../../contract/bulk.js';
import { formatDuration } from '../../contract/duration.js';
import type { BulkProgress } from './progress.js';
import { code, plain, table } from '../markdown.js';

/**
 * The details of a bulk workflow in the Temporal UI, in Markdown.
 *
 * @param underWay the number of operations under way
 */
export function bulkDetails(progress: BulkProgress, input: ParsedBulkInput, underWay: number): string {
  const { matched, started, outcomes, failures, unknownAge, listed, stopping } = progress;
  const { parent, kinds, olderThan, filter, reason, requestedBy } = input;
  return table(headline(progress, input, underWay), [
    ['Operations', parent === undefined ? `${matched} names` : code(parent)],
    ['Kinds', kinds === undefined ? undefined : code(kinds.join(', '))],
    ['Older than', olderThan === undefined ? undefined : formatDuration(olderThan)],
    ['Filter', filter === undefined ? undefined : code(filter)],
    ['Reason', reason === undefined ? undefined : plain(reason)],
    ['Asked for by', requestedBy === undefined ? undefined : plain(requestedBy)],
    ['Matched', `${matched}${listed || stopping ? '' : ' so far'}`],
    ['Started', `${started}, ${underWay} of them under way`],
    ...Object.entries(outcomes).map(([outcome, count]): [string, string] => [outcome, `${count}`]),
    ['Of unknown age', unknownAge === 0 ? undefined : `${unknownAge}, passed over`],
    ['Failed', failures.length === 0 ? undefined : `${failures.length}`],
  ]);
}

function headline({ listed, stopping, queue }: BulkProgress, { dryRun }: ParsedBulkInput, underWay: number): string {
  const isOver = underWay === 0 && (stopping || (listed && queue.length === 0));
  if (dryRun) return isOver ? 'DONE: these operations would be cancelled.' : 'LISTING: no operation is cancelled.';
  if (isOver)
    return stopping ? 'DONE: stopped before the others were started.' : 'DONE: every operation has ended or failed.';
  return stopping ? 'STOPPING: no further operation is started.' : 'CANCELLING';
}
