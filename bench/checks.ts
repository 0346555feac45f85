import type { CompetitorName } from './competitors.js';
import type { FollowedResult } from './parts/steady.js';
import type { ManyResult } from './parts/bulk.js';
import type { Cell, RowsResult } from './parts/latency.js';
import type { Results } from './results.js';

export type Unit = 'ms' | 's' | 'MB' | '' | '×';

/** One thing that must be so: what was measured against what it may be at most. */
export interface Check {
  what: string;
  measured: number;
  most: number;
  unit: Unit;
}

export function holds({ measured, most }: Check): boolean {
  return measured <= most;
}

/** What must be so of what was measured. */
export function checksOf({ rows, many, followed, idle }: Results): Check[] {
  return [
    ...(rows === undefined ? [] : checkRows(rows)),
    ...(many === undefined ? [] : checkMany(many)),
    ...(followed === undefined
      ? []
      : [...checkFollowed(followed.many), ...checkLocation(followed.oneLocation)]),
    ...(idle === undefined
      ? []
      : [
          {
            what: 'Start to the cancel at the emulator, median',
            measured: idle.startToCancelMs.median,
            most: 120,
            unit: 'ms' as const,
          },
        ]),
  ];
}

/** More than the round trip that the outcome may be late with `wait`, in ms. */
const WITH_WAIT = 150;
/** More than gax's delay that it may be late without, for what settles within seconds, in ms. */
const WITHOUT_WAIT = 250;
const SECONDS = 10;
const MOST_EVENTS = 25;

function checkRows({ roundTripMs, cells }: RowsResult): Check[] {
  const settling = [...new Set(cells.map(({ settleS }) => settleS))];
  return settling.flatMap((settleS): Check[] => {
    const of = (name: CompetitorName): Cell | undefined =>
      cells.find((cell) => cell.settleS === settleS && cell.contestant === name);
    const [wait, noWait, gax] = [of('ours, wait'), of('ours, get'), of('gax')];
    if (wait === undefined || noWait === undefined || gax === undefined) return [];
    const spare = settleS < SECONDS ? WITHOUT_WAIT : 0;
    const bonus = spare > 0 ? ` + ${spare} ms` : '';
    return [
      {
        what: `${settleS} s, wait: median delay, round trip + ${WITH_WAIT} ms`,
        measured: wait.delayMs.median,
        most: roundTripMs.median + WITH_WAIT,
        unit: 'ms',
      },
      {
        what: `${settleS} s, wait: requests, gax's`,
        measured: wait.requests.mean,
        most: gax.requests.mean,
        unit: '',
      },
      {
        what: `${settleS} s, get: mean delay, gax's${bonus}`,
        measured: noWait.delayMs.mean,
        most: gax.delayMs.mean + spare,
        unit: 'ms',
      },
      {
        what: `${settleS} s, get: requests, gax's + 1`,
        measured: noWait.requests.mean,
        most: gax.requests.mean + 1,
        unit: '',
      },
      {
        what: `${settleS} s: events of the longest history`,
        measured: Math.max(wait.events?.most ?? 0, noWait.events?.most ?? 0),
        most: MOST_EVENTS,
        unit: '',
      },
    ];
  });
}

/** So much more than the plain workflow it may take. */
const MANY = 1.25;

function checkMany({ count, ratios }: ManyResult): Check[] {
  return [
    {
      what: `${count} at once: time, of the plain workflow's`,
      measured: ratios.seconds.median,
      most: MANY,
      unit: '×',
    },
    {
      what: `${count} at once: CPU of the worker, of the plain one's`,
      measured: ratios.workerCpuS.median,
      most: MANY,
      unit: '×',
    },
  ];
}

const GIB_IN_MB = 2 ** 30 / 1e6;

function checkFollowed({ count, lost, peakMb, activityWaitP99S }: FollowedResult): Check[] {
  return [
    { what: `${count} followed: lost`, measured: lost, most: 0, unit: '' },
    { what: `${count} followed: peak memory of the worker`, measured: peakMb, most: GIB_IN_MB, unit: 'MB' },
    {
      what: `${count} followed: wait of a task for the worker, 99 %`,
      measured: activityWaitP99S,
      most: 5,
      unit: 's',
    },
  ];
}

function checkLocation({ count, lost, requestsPerMinute, delayMs }: FollowedResult): Check[] {
  return [
    { what: `${count} of one location: lost`, measured: lost, most: 0, unit: '' },
    { what: `${count} of one location: requests a minute`, measured: requestsPerMinute, most: 60, unit: '' },
    { what: `${count} of one location: latest end seen`, measured: delayMs.most, most: 40_000, unit: 'ms' },
  ];
}
