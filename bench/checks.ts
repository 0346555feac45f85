import type { CompetitorName } from './competitors.js';
import type { BulkResult } from './parts/bulk.js';
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
export function checksOf({ latency, bulk, steady, idle }: Results): Check[] {
  return [
    ...(latency === undefined ? [] : checkLatency(latency)),
    ...(bulk === undefined ? [] : checkBulk(bulk)),
    ...(steady === undefined
      ? []
      : [...checkManyLocations(steady.manyLocations), ...checkOneLocation(steady.oneLocation)]),
    ...(idle === undefined
      ? []
      : [
          {
            what: 'Start to the cancel at the emulator, median',
            measured: idle.startToCancelMs.median,
            max: 120,
            unit: 'ms' as const,
          },
        ]),
  ];
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
    return [
      {
        what: `${settleS} s, wait: median delay, round trip + ${WAIT_DELAY_ALLOWANCE_MS} ms`,
        measured: wait.delayMs.median,
        max: roundTripMs.median + WAIT_DELAY_ALLOWANCE_MS,
        unit: 'ms',
      },
      {
        what: `${settleS} s, wait: requests, gax's`,
        measured: wait.requests.mean,
        max: gax.requests.mean,
        unit: '',
      },
      {
        what: `${settleS} s, get: mean delay, gax's${bonus}`,
        measured: get.delayMs.mean,
        max: gax.delayMs.mean + allowance,
        unit: 'ms',
      },
      {
        what: `${settleS} s, get: requests, gax's + 1`,
        measured: get.requests.mean,
        max: gax.requests.mean + 1,
        unit: '',
      },
      {
        what: `${settleS} s: events of the longest history`,
        measured: Math.max(wait.events?.max ?? 0, get.events?.max ?? 0),
        max: MAX_EVENTS,
        unit: '',
      },
    ];
  });
}

/** The time and the CPU may be this many times those of the plain workflow. */
const MAX_RATIO_TO_PLAIN = 1.25;

function checkBulk({ count, ratios }: BulkResult): Check[] {
  return [
    {
      what: `${count} at once: time, ratio to the plain workflow`,
      measured: ratios.seconds.median,
      max: MAX_RATIO_TO_PLAIN,
      unit: '×',
    },
    {
      what: `${count} at once: CPU of the worker, ratio to the plain one`,
      measured: ratios.workerCpuS.median,
      max: MAX_RATIO_TO_PLAIN,
      unit: '×',
    },
  ];
}

const GIB_IN_MB = 2 ** 30 / 1e6;

function checkManyLocations({ count, lost, peakMb, activityWaitP99S }: SteadyResult): Check[] {
  return [
    { what: `${count} watched: lost`, measured: lost, max: 0, unit: '' },
    { what: `${count} watched: peak memory of the worker`, measured: peakMb, max: GIB_IN_MB, unit: 'MB' },
    {
      what: `${count} watched: wait of a task for the worker, 99 %`,
      measured: activityWaitP99S,
      max: 5,
      unit: 's',
    },
  ];
}

function checkOneLocation({ count, lost, requestsPerMinute, delayMs }: SteadyResult): Check[] {
  return [
    { what: `${count} of one location: lost`, measured: lost, max: 0, unit: '' },
    { what: `${count} of one location: requests per minute`, measured: requestsPerMinute, max: 60, unit: '' },
    { what: `${count} of one location: longest delay`, measured: delayMs.max, max: 40_000, unit: 'ms' },
  ];
}
