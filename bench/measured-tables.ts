import type { BulkResult } from './parts/bulk.js';
import type { Cell } from './parts/latency.js';
import type { SteadyResult } from './parts/steady.js';
import type { Results } from './results.js';
import type { Summary } from './support/statistics.js';
import { duration, markdownTable, type Row, short, thousands } from './support/table.js';

/** The Markdown tables of the results, or `undefined` if a part was not run. */
export function measuredTables({ latency, bulk, steady }: Results): string | undefined {
  if (latency === undefined || bulk === undefined || steady === undefined) return undefined;
  return [
    'One operation: the delay from its end to the recorded outcome, and the cost since the start of its cancellation.',
    latencyTable(latency.cells),
    `${thousands(bulk.count)} cancellations at once (medians of ${bulk.sides[0]?.seconds.count ?? 0} rounds):`,
    bulkTable(bulk),
    'Many operations watched by one worker, in the steady state:',
    steadyTable([steady.oneLocation, steady.manyLocations]),
  ].join('\n\n');
}

function latencyTable(cells: readonly Cell[]): string {
  const means = ['requests', 'events', 'kB', 'actions without heartbeats', 'attempts', 'state transitions'];
  const head = ['ends after', 'by', 'delay: median', 'mean', ...means];
  const rows = cells.map((cell) => [
    `${cell.settleS} s`,
    cell.competitor,
    duration(cell.delayMs.median),
    duration(cell.delayMs.mean),
    mean(cell.requests),
    mean(cell.events),
    mean(cell.bytes, 1_000),
    mean(cell.actions),
    mean(cell.attempts),
    mean(cell.transitions),
  ]);
  return markdownTable(head, rows, 2);
}

/** The medians of each side. */
export function bulkRows({ sides }: BulkResult): Row[] {
  return sides.map((side) => [
    side.side,
    `${short(side.seconds.median)} s`,
    `${short(side.workerCpuS.median)} s`,
    `${short(side.serverCpuS.median)} s`,
    `${short(side.peakMb.median)} MB`,
    short(side.requestsEach.median),
  ]);
}

function bulkTable(bulk: BulkResult): string {
  const { seconds, workerCpuS } = bulk.ratios;
  const figures = ['all recorded', 'worker CPU', 'server CPU', 'peak memory of the worker', 'requests per operation'];
  const times = ({ median }: Summary): string => `${short(median)} ×`;
  const ratios = ['median ratio', times(seconds), times(workerCpuS), '', '', ''];
  return markdownTable(['by', ...figures], [...bulkRows(bulk), ratios]);
}

function steadyTable(results: readonly SteadyResult[]): string {
  const head = results.map(
    ({ count, locations }) => `${thousands(count)} of ${locations === 1 ? 'one location' : `${locations} locations`}`,
  );
  const row = (what: string, read: (result: SteadyResult) => string): string[] => [what, ...results.map(read)];
  return markdownTable(
    ['', ...head],
    [
      row('requests per minute', ({ requestsPerMinute }) => thousands(requestsPerMinute)),
      row('delay from an end to its outcome: median', ({ delayMs }) => duration(delayMs.median)),
      row('longest of these delays', ({ delayMs }) => `${duration(delayMs.max)} of ${delayMs.count}`),
      row('lost', ({ lost }) => String(lost)),
      row('peak memory of the worker', ({ peakMb }) => `${short(peakMb)} MB`),
      row('cores: worker, server', ({ workerCores, serverCores }) => `${short(workerCores)}, ${short(serverCores)}`),
      row('99 % of activity tasks waited for the worker at most', ({ activityWaitP99S }) => `${activityWaitP99S} s`),
      row('99 % of workflow tasks, at most', ({ workflowWaitP99S }) => `${workflowWaitP99S} s`),
    ],
  );
}

/** A mean as text, in the given unit; empty without a summary. */
export function mean(summary: Summary | undefined, unit = 1): string {
  return summary === undefined ? '' : short(summary.mean / unit);
}
