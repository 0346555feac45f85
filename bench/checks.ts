import type { CompetitorName } from './competitors.js';
import type { BulkResult } from './parts/bulk.js';
import type { IdleResult } from './parts/idle.js';
import type { Cell, LatencyResult } from './parts/latency.js';
import type { SteadyResult } from './parts/steady.js';
import type { Results } from './results.js';

export type Unit = 'ms' | 's' | 'MB' | '' | '×';

/** A measured value and its upper limit. */
export interface Check {
  what: string;
  measured: number;
  max: number;
  unit: Unit;
}

export function passes({ measured, max }: Check): boolean {
  return measured <= max;
}

/** The checks of a run's results. */
export function checksOf({ latency, bulk, steady, workers = [], idle, job }: Results): Check[] {
  return [
    ...(latency === undefined ? [] : checkLatency(latency)),
    ...(bulk === undefined ? [] : checkBulk(bulk)),
    ...(steady === undefined
      ? []
      : [...checkManyLocations(steady.manyLocations), ...checkOneLocation(steady.oneLocation)]),
    ...workers.flatMap(checkManyLocations),
    ...(idle === undefined ? [] : [checkStart('operation', idle)]),
    ...(job === undefined
      ? []
      : [checkStart('job', job), atMost('Events of the longest history of one job', job.events.max, MAX_EVENTS)]),
  ];
}

function checkStart(what: string, { startToCancelMs }: IdleResult): Check {
  return atMost(`Start to the cancel of the ${what} at the emulator, median`, startToCancelMs.median, 120, 'ms');
}

function atMost(what: string, measured: number, max: number, unit: Unit = ''): Check {
  return { what, measured, max, unit };
}

/** With `wait`, the outcome may be this much later than the round trip. */
const WAIT_DELAY_ALLOWANCE_MS = 150;
/** Without `wait`, the outcome of a short operation may be this much later than gax's. */
const GET_DELAY_ALLOWANCE_MS = 250;
/** From this settling time on, an operation is not short. */
const LONG_SETTLE_S = 10;
const MAX_EVENTS = 25;

function checkLatency({ roundTripMs, cells }: LatencyResult): Check[] {
  const settling = [...new Set(cells.map(({ settleS }) => settleS))];
  return settling.flatMap((settleS): Check[] => {
    const of = (name: CompetitorName): Cell | undefined =>
      cells.find((cell) => cell.settleS === settleS && cell.competitor === name);
    const [wait, get, gax] = [of('ours, wait'), of('ours, get'), of('gax')];
    if (wait === undefined || get === undefined || gax === undefined) return [];
    const allowance = settleS < LONG_SETTLE_S ? GET_DELAY_ALLOWANCE_MS : 0;
    const bonus = allowance > 0 ? ` + ${allowance} ms` : '';
    const maxWaitDelayMs = roundTripMs.median + WAIT_DELAY_ALLOWANCE_MS;
    const waitLimit = `round trip + ${WAIT_DELAY_ALLOWANCE_MS} ms`;
    const events = Math.max(wait.events?.max ?? 0, get.events?.max ?? 0);
    return [
      atMost(`${settleS} s, wait: median delay, ${waitLimit}`, wait.delayMs.median, maxWaitDelayMs, 'ms'),
      atMost(`${settleS} s, wait: requests, gax's`, wait.requests.mean, gax.requests.mean),
      atMost(`${settleS} s, get: mean delay, gax's${bonus}`, get.delayMs.mean, gax.delayMs.mean + allowance, 'ms'),
      atMost(`${settleS} s, get: requests, gax's + 1`, get.requests.mean, gax.requests.mean + 1),
      atMost(`${settleS} s: events of the longest history`, events, MAX_EVENTS),
    ];
  });
}

/** The time and the CPU may be this many times those of the plain workflow. */
const MAX_RATIO_TO_PLAIN = 1.25;

function checkBulk({ count, ratios: { seconds, workerCpuS } }: BulkResult): Check[] {
  const once = `${count} at once`;
  return [
    atMost(`${once}: time, ratio to the plain workflow`, seconds.median, MAX_RATIO_TO_PLAIN, '×'),
    atMost(`${once}: CPU of the worker, ratio to the plain one`, workerCpuS.median, MAX_RATIO_TO_PLAIN, '×'),
  ];
}

function checkManyLocations(result: SteadyResult): Check[] {
  const { lost, peakMb, requestsPerMinute, attemptsPerMinute, delayMs, startToCancelMs } = result;
  const count = `${result.count} (workers: ${result.workers})`;
  return [
    atMost(`${count} watched: requests per minute`, requestsPerMinute, 500),
    atMost(`${count} watched: attempts per second`, attemptsPerMinute / 60, 15),
    atMost(`${count} watched: median delay`, delayMs.median, 15_000, 'ms'),
    atMost(`${count} watched: longest delay`, delayMs.max, 30_000, 'ms'),
    atMost(`${count} watched: lost`, lost, 0),
    atMost(`${count} watched: peak memory of the worker`, peakMb, 500, 'MB'),
    atMost(`${count} watched: start of a single cancel, median`, startToCancelMs.beside.median, 100, 'ms'),
    atMost(`${count} watched: start of a single cancel, 99 %`, startToCancelMs.beside.p99, 500, 'ms'),
    atMost(`${count} watched: longest answer of /healthz`, result.healthMs, 1_000, 'ms'),
    atMost(`${count} watched: wait of a task for the worker, 99 %`, result.activityWaitP99S, 5, 's'),
  ];
}

function checkOneLocation({ count, lost, requestsPerMinute, delayMs }: SteadyResult): Check[] {
  return [
    atMost(`${count} of one location: lost`, lost, 0),
    atMost(`${count} of one location: requests per minute`, requestsPerMinute, 40),
    atMost(`${count} of one location: delay, 99 %`, delayMs.p99, 20_000, 'ms'),
  ];
}
