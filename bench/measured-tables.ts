import type { BulkResult } from './parts/bulk.js';
import type { Cell } from './parts/latency.js';
import type { SteadyResult } from './parts/steady.js';
import type { Results } from './results.js';
import type { Summary } from './support/statistics.js';
import { duration, short, table, thousands } from './support/table.js';

/** The tables of the parts that were run, each after its title. */
export function measuredTables({ latency, bulk, steady, workers = [] }: Results): string[] {
  return [
    latency && [
      'One operation: the delay from its end to the recorded outcome, and the cost since the start of its cancellation.',
      latencyTable(latency.cells),
    ],
    bulk && [
      `${thousands(bulk.count)} cancellations at once (medians of ${bulk.sides[0]?.seconds.count ?? 0} rounds):`,
      bulkTable(bulk),
    ],
    steady && [
      'Many operations watched, in the steady state:',
      steadyTable([steady.oneLocation, steady.manyLocations, ...workers]),
    ],
  ].flatMap((part) => part ?? []);
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
  return table(head, rows, 2);
}

function bulkTable({ sides, ratios: { seconds, workerCpuS } }: BulkResult): string {
  const medians = sides.map((side) => [
    side.side,
    `${short(side.seconds.median)} s`,
    `${short(side.workerCpuS.median)} s`,
    `${short(side.serverCpuS.median)} s`,
    `${short(side.peakMb.median)} MB`,
    short(side.requestsEach.median),
  ]);
  const figures = ['all recorded', 'worker CPU', 'server CPU', 'peak memory of the worker', 'requests per operation'];
  const times = ({ median }: Summary): string => `${short(median)} ×`;
  const ratios = ['median ratio', times(seconds), times(workerCpuS), '', '', ''];
  return table(['by', ...figures], [...medians, ratios]);
}

function steadyTable(results: readonly SteadyResult[]): string {
  const head = results.map(
    ({ count, locations, workers }) =>
      `${thousands(count)} of ${locations === 1 ? 'one location' : `${locations} locations`}, ${workers} worker${workers === 1 ? '' : 's'}`,
  );
  const row = (what: string, read: (result: SteadyResult) => string): string[] => [what, ...results.map(read)];
  return table(
    ['', ...head],
    [
      row('requests per minute', ({ requestsPerMinute }) => thousands(requestsPerMinute)),
      row('attempts of activities per second', ({ attemptsPerMinute }) => short(attemptsPerMinute / 60)),
      row('delay from an end to its outcome: median', ({ delayMs }) => duration(delayMs.median)),
      row('99 % of these delays, at most', ({ delayMs }) => duration(delayMs.p99)),
      row('longest of these delays', ({ delayMs }) => `${duration(delayMs.max)} of ${delayMs.count}`),
      row('lost', ({ lost }) => String(lost)),
      row('peak memory of a worker', ({ peakMb }) => `${short(peakMb)} MB`),
      row('cores: workers, server', ({ workerCores, serverCores }) => `${short(workerCores)}, ${short(serverCores)}`),
      row('start of a single cancel to the emulator: median, 99 %', ({ startToCancelMs: { beside } }) =>
        medianAndP99(beside),
      ),
      row('the same before any is watched', ({ startToCancelMs: { alone } }) => medianAndP99(alone)),
      row('`/healthz` answered within', ({ healthMs }) => duration(healthMs)),
      row('99 % of activity tasks waited for a worker at most', ({ activityWaitP99S }) => `${activityWaitP99S} s`),
      row('99 % of workflow tasks, at most', ({ workflowWaitP99S }) => `${workflowWaitP99S} s`),
    ],
  );
}

function medianAndP99({ median, p99 }: Summary): string {
  return `${duration(median)}, ${duration(p99)}`;
}

/** A mean as text, in the given unit; empty without a summary. */
function mean(summary: Summary | undefined, unit = 1): string {
  return summary === undefined ? '' : short(summary.mean / unit);
}
