import { checksOf, passes, type Unit } from './checks.js';
import { bulkRows, mean } from './measured-tables.js';
import type { BulkResult } from './parts/bulk.js';
import type { LatencyResult } from './parts/latency.js';
import type { SteadyResult } from './parts/steady.js';
import type { Results } from './results.js';
import type { Summary } from './support/statistics.js';
import { duration, short, table, thousands } from './support/table.js';

/** The results as text of at most 80 columns. */
export function report(results: Results): string {
  const { idle, latency, bulk, steady } = results;
  const { node, temporalServer, processors, memoryGb } = results.machine;
  const parts = [
    `Node ${node}, Temporal development server ${temporalServer}, ${processors} processors, ${memoryGb} GB\nSeed ${results.seed}`,
    latency && latencyReport(latency),
    bulk && bulkReport(bulk),
    steady && steadyReport(steady.manyLocations),
    steady && steadyReport(steady.oneLocation),
    idle &&
      `Idle worker: start to the cancel at the emulator ${spread(idle.startToCancelMs)},\n` +
        `start to the outcome of an operation that ends at once ${spread(idle.startToOutcomeMs)}`,
    checksReport(results),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

function checksReport(results: Results): string {
  const rows = checksOf(results).map((check) => {
    const { what, measured, max, unit } = check;
    const ratio = max === 0 ? '' : short(measured / max);
    return [`${passes(check) ? '✓' : '✗'} ${what}`, quantity(measured, unit), quantity(max, unit), ratio];
  });
  return table(['check', 'measured', 'limit', 'ratio'], rows);
}

function quantity(value: number, unit: Unit): string {
  if (unit === 'ms') return duration(value);
  if (unit === 's') return duration(value * 1_000);
  return `${short(value)}${unit === '' ? '' : ` ${unit}`}`;
}

function spread({ median, lower, upper }: Summary): string {
  return `${duration(median)} (${duration(lower)} to ${duration(upper)})`;
}

function latencyReport({ roundTripMs, cells }: LatencyResult): string {
  const rows = cells.map((cell) => [
    `${cell.settleS} s`,
    cell.competitor,
    String(cell.delayMs.count),
    duration(cell.delayMs.median),
    duration(cell.delayMs.mean),
    duration(cell.delayMs.upper),
    mean(cell.requests),
    mean(cell.events),
    mean(cell.bytes, 1_000),
    mean(cell.actions),
  ]);
  const head = ['settles', 'by', 'n', 'median', 'mean', '75 %', 'requests', 'events', 'kB', 'actions'];
  return (
    `From the end of an operation to its outcome (a round trip takes ${short(roundTripMs.median)} ms).\nEvents, kB and actions are those of its history, which has no heartbeats:\n` +
    table(head, rows, 2)
  );
}

function bulkReport(bulk: BulkResult): string {
  const head = ['', 'all recorded', 'worker CPU', 'server CPU', 'peak memory', 'requests each'];
  const range = ({ lower, upper }: Summary): string => `${short(lower)} to ${short(upper)}`;
  const [time, cpu] = [range(bulk.ratios.seconds), range(bulk.ratios.workerCpuS)];
  return (
    `${bulk.count} cancellations at once (medians):\n${table(head, bulkRows(bulk))}\n` +
    `Over the rounds the time was ${time} times that of the plain workflow,\nand the worker's CPU ${cpu} times (quartiles).`
  );
}

function steadyReport(result: SteadyResult): string {
  const methods = Object.entries(result.requestsByMethod).map(([method, count]) => `${method} ${short(count)}`);
  const requests = `${thousands(result.requestsPerMinute)} (${methods.join(', ')})`;
  return [
    `${thousands(result.count)} operations of ${result.locations} location${result.locations === 1 ? '' : 's'}, watched by one worker:`,
    `  started after ${short(result.startedS)} s, all watched after ${short(result.watchedS)} s`,
    `  per minute: requests ${requests},`,
    `  attempts ${thousands(result.attemptsPerMinute)}, heartbeats ${thousands(result.heartbeatsPerMinute)}`,
    `  worker ${short(result.residentMb)} MB, at most ${short(result.peakMb)} MB; ${short(result.workerCores)} cores; server ${short(result.serverResidentMb)} MB, ${short(result.serverCores)} cores`,
    `  99 % of activity tasks waited at most ${result.activityWaitP99S} s, of workflow tasks ${result.workflowWaitP99S} s`,
    `  end to outcome ${spread(result.delayMs)}, at most ${duration(result.delayMs.max)}; lost ${result.lost}`,
  ].join('\n');
}
