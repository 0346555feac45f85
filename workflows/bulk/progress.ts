import type { ChildReport } from '../../contract/activities.js';
import {
  type CancelOperationsProgress,
  type CancelOperationsResult,
  MAX_SHOWN,
} from '../../contract/bulk.js';
import { MAX_NAME_LENGTH } from '../../contract/names.js';

/** An execution that goes on; its workflow id follows from the name. */
export interface CarriedRun {
  name: string;
  runId: string | undefined;
}

/** Where a listing stood a while ago: a page token that comes up again shows that it goes in circles. */
export interface PageMark {
  token: string;
  /** Pages since. */
  steps: number;
  /** After so many the mark is moved. */
  span: number;
}

/** All that a bulk workflow knows, as plain data: a continued run begins with it. */
export interface BulkProgress extends CancelOperationsResult {
  /** What has been listed or given and not begun. */
  queue: string[];
  /** Executions that go on: what a run before this one started. */
  runs: CarriedRun[];
  /** How many of the given names have been begun. */
  begun: number;
  /** The next page, where there is one; `undefined` before the first. */
  pageToken?: string;
  mark?: PageMark;
  /** How many pages in a row held names that run, all of them known. */
  repeats: number;
  /** The listing was begun again because Google no longer took its page token; that is done once. */
  relisted: boolean;
  /** Everything has been listed. */
  listed: boolean;
  /** Nothing new is begun. */
  stopping: boolean;
  /** The id of the chain's first run: what makes a repeated start of an item the same one. */
  requestId: string;
}

/** @param requestId the id of the chain's first run */
export function initialBulkProgress(requestId: string): BulkProgress {
  return {
    matched: 0,
    started: 0,
    outcomes: {},
    failures: [],
    names: [],
    queue: [],
    runs: [],
    begun: 0,
    repeats: 0,
    relisted: false,
    listed: false,
    stopping: false,
    requestId,
  };
}

/** Counts names that were not known before. */
export function recordNames(progress: BulkProgress, names: readonly string[]): void {
  progress.matched += names.length;
  progress.names.push(...names.slice(0, MAX_SHOWN - progress.names.length));
}

/** Counts how an item ended. */
export function recordReport(progress: BulkProgress, name: string, report: ChildReport): void {
  if (report.kind === 'ended')
    progress.outcomes[report.outcome] = (progress.outcomes[report.outcome] ?? 0) + 1;
  if (report.kind === 'failed') recordFailure(progress, name, report.type, report.message);
}

/** Writes down what could not be done. */
export function recordFailure(progress: BulkProgress, name: string, type: string, message: string): void {
  if (progress.failures.length >= MAX_SHOWN) return;
  // What is no name may be as long as the input: shown twice it would not fit into the result.
  const shown = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
  progress.failures.push({ name: shown, type, message });
}

/** The counts, as the workflow returns them. */
export function bulkResult({
  matched,
  started,
  outcomes,
  failures,
  names,
}: BulkProgress): CancelOperationsResult {
  return { matched, started, outcomes, failures, names };
}

/** What the `progress` query answers. */
export function bulkStatus(progress: BulkProgress, underWay: Iterable<string>): CancelOperationsProgress {
  return {
    ...bulkResult(progress),
    listing: !progress.listed,
    underWay: [...underWay],
    stopping: progress.stopping,
  };
}
