import type { ParsedBulkInput } from '../../contract/bulk.js';
import type { BulkProgress } from './progress.js';
import { code, plain, table } from '../markdown.js';

/** Where a bulk workflow stands, in Markdown, for its details in the Temporal UI. */
export function bulkDetails(progress: BulkProgress, request: ParsedBulkInput, underWay: number): string {
  const { matched, started, outcomes, failures, listed, stopping } = progress;
  const what = request.parent === undefined ? `${matched} names` : code(request.parent);
  return table(headline(progress, request, underWay), [
    ['Operations', what],
    ['Filter', request.filter === undefined ? undefined : code(request.filter)],
    ['Reason', request.reason === undefined ? undefined : plain(request.reason)],
    ['Asked for by', request.requestedBy === undefined ? undefined : plain(request.requestedBy)],
    ['Matched', `${matched}${listed || stopping ? '' : ' so far'}`],
    ['Started', `${started}, ${underWay} of them under way`],
    ...Object.entries(outcomes).map(([outcome, count]): [string, string] => [outcome, `${count}`]),
    ['Failed', failures.length === 0 ? undefined : `${failures.length}`],
  ]);
}

function headline(
  { listed, stopping, queue }: BulkProgress,
  { dryRun }: ParsedBulkInput,
  underWay: number,
): string {
  const isOver = underWay === 0 && (stopping || (listed && queue.length === 0));
  if (dryRun) return isOver ? 'DONE: this is what would be cancelled.' : 'LISTING: nothing is touched.';
  if (isOver)
    return stopping
      ? 'DONE: stopped before the rest was begun.'
      : 'DONE: every operation has ended or failed.';
  return stopping ? 'STOPPING: nothing new is begun.' : 'CANCELLING';
}
