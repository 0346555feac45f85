import type { ItemReport, ItemRun } from '../../contract/activities.js';
import { type CancelOperationsProgress, type CancelOperationsResult, MAX_SHOWN } from '../../contract/bulk.js';
import { MAX_NAME_LENGTH } from '../../contract/names.js';

/** Temporal takes no result over 2 MiB. The lists are cut below it only where the names are very long. */
const MAX_RESULT_BYTES = 1_500_000;

/** A page token of some pages ago. If it comes again, the listing repeats itself. */
interface EarlierToken {
  token: string;
  pagesSince: number;
  /** After this many pages a later token takes its place. */
  maxPages: number;
}

/** The state of a bulk workflow as plain data, which a continued run starts with. */
export interface BulkProgress extends CancelOperationsResult {
  /** The names that were listed or given, and not begun. */
  queue: string[];
  /** The executions under way when the previous run continued as new. Their workflow ids follow from the names. */
  runs: Omit<ItemRun, 'workflowId'>[];
  /** How many of the given names have been begun. */
  begun: number;
  /** The token of the next page; `undefined` before the first. */
  pageToken?: string;
  earlierToken?: EarlierToken;
  /** How many pages in a row had running operations, none of them new. Negative after `relisted`. */
  repeats: number;
  /** How many pages in a row had no running operation. */
  emptyPages: number;
  /** The listing was started again because Google rejected its page token. That is done once. */
  relisted: boolean;
  /** There is nothing more to list. */
  listed: boolean;
  /** The workflow was cancelled: no further operation is begun. */
  stopping: boolean;
  /** The id of the first run. Temporal takes repeated starts of an operation with it for the same one. */
  requestId: string;
}

/** The progress of a workflow that has done nothing yet. @param requestId the id of the first run */
export function initialBulkProgress(requestId: string): BulkProgress {
  return {
    matched: 0,
    started: 0,
    outcomes: {},
    failures: [],
    results: [],
    names: [],
    unreachable: [],
    unknownAge: 0,
    queue: [],
    runs: [],
    begun: 0,
    repeats: 0,
    emptyPages: 0,
    relisted: false,
    listed: false,
    stopping: false,
    requestId,
  };
}

/** Counts a new name. */
export function recordName(progress: BulkProgress, name: string): void {
  progress.matched += 1;
  if (progress.names.length < MAX_SHOWN) progress.names.push(name);
}

/** Counts the outcome or failure of an operation. */
export function recordReport(progress: BulkProgress, name: string, report: ItemReport): void {
  if (report.kind === 'ended') {
    const { kind: _, ...ended } = report;
    const { outcome } = ended;
    progress.outcomes[outcome] = (progress.outcomes[outcome] ?? 0) + 1;
    if (progress.results.length < MAX_SHOWN) progress.results.push({ name, ...ended });
  }
  if (report.kind === 'failed') recordFailure(progress, name, report.type, report.message);
}

/** Adds a failure, if fewer than {@link MAX_SHOWN} are recorded. */
export function recordFailure(progress: BulkProgress, name: string, type: string, message: string): void {
  if (progress.failures.length >= MAX_SHOWN) return;
  // An invalid name may be as long as the input, and the result could not hold several of those.
  const shown = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
  progress.failures.push({ name: shown, type, message });
}

/** The result of the workflow. */
export function bulkResult(progress: BulkProgress): CancelOperationsResult {
  const { matched, started, outcomes, failures, results, names, unreachable, unknownAge } = progress;
  return cutToFit({ matched, started, outcomes, failures, results, names, unreachable, unknownAge }, MAX_RESULT_BYTES);
}

/** A copy whose lists are halved, `names` first and `failures` last, until its JSON has at most so many bytes. */
export function cutToFit<T extends CancelOperationsResult>(result: T, maxBytes: number): T {
  const cut = { ...result };
  for (const list of ['names', 'results', 'unreachable', 'failures'] as const)
    while (cut[list].length > 0 && bytes(cut) > maxBytes)
      Object.assign(cut, { [list]: cut[list].slice(0, cut[list].length / 2) });
  return cut;
}

/** The size of a value as JSON. */
export function bytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** The answer to the `progress` query. */
export function bulkStatus(progress: BulkProgress, underWay: Iterable<string>): CancelOperationsProgress {
  return {
    ...bulkResult(progress),
    listing: !progress.listed,
    underWay: [...underWay],
    stopping: progress.stopping,
  };
}
