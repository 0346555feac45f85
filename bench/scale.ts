import { type Load, type Parameters, priceOf } from './model.js';
import type { Cell } from './parts/latency.js';
import type { Results } from './results.js';
import { markdownTable } from './support/markdown.js';
import { short, thousands } from './support/table.js';

const WORKER_TURNS = 50;
/** The acceptance of a cancel is told to Temporal at once; no history shows heartbeats. */
const HEARTBEATS = 1;
const MILLION = 1_000_000;
const DAY_S = 86_400;

/** A million operations of a hundred locations, each followed for a day, at three paces. */
export const loads: readonly Load[] = [30, 200, 3_600].map((lookEveryS) => ({
  operations: MILLION,
  lookEveryS,
  locations: 100,
  followedForS: DAY_S,
}));

/** The parameters of the model as a whole run measured them; `undefined` where a part was left out. */
export function parametersOf({ rows, followed }: Results): Parameters | undefined {
  const cells = rows?.cells.filter(({ contestant }) => contestant === 'ours, get') ?? [];
  // What ends within a second of its cancel is not awaited, and costs less.
  const [shortest, longest] = [cells.find(({ settleS }) => settleS >= 2), cells.at(-1)];
  if (followed === undefined || shortest === undefined || longest === undefined) return undefined;
  const { attemptsPerMinute, heartbeatsPerMinute, workerCores, peakMb, serverKbEach } = followed.many;
  return {
    eventsEach: meanOf(shortest, 'events'),
    actionsEach: meanOf(shortest, 'actions') + HEARTBEATS,
    heartbeatsPerAttempt: heartbeatsPerMinute / attemptsPerMinute,
    transitionsPerAttempt: slope(shortest, longest),
    attemptsPerWorkerSecond: WORKER_TURNS,
    workerCpuPerAttempt: (workerCores * 60) / attemptsPerMinute,
    workerMb: peakMb,
    stateKbEach: serverKbEach,
  };
}

/** The tables of the model, or `undefined` where a part of the run was left out. */
export function modelTables(results: Results): string | undefined {
  const measured = parametersOf(results);
  if (measured === undefined) return undefined;
  return [
    'What the model is fed with:',
    parameterTable(measured),
    'A million operations of a hundred locations followed at once, each for a day:',
    priceTable(measured),
  ].join('\n\n');
}

function parameterTable(measured: Parameters): string {
  return markdownTable(
    ['parameter', 'value', 'from'],
    [
      ['events of a cancellation', short(measured.eventsEach), 'rows'],
      ['actions of a cancellation without retries, with a heartbeat', short(measured.actionsEach), 'rows'],
      ['heartbeats for each attempt', short(measured.heartbeatsPerAttempt), 'followed'],
      [
        'state transitions for each attempt',
        short(measured.transitionsPerAttempt),
        'rows: the longest against the shortest',
      ],
      ['attempts a second and worker', short(measured.attemptsPerWorkerSecond), '`activities/turns.ts`'],
      [
        'processor time of the worker for each attempt',
        `${short(measured.workerCpuPerAttempt * 1_000)} ms`,
        'followed',
      ],
      ['memory of a worker at its peak', `${short(measured.workerMb)} MB`, 'followed'],
      ['memory of the server for each operation', `${short(measured.stateKbEach)} kB`, 'followed'],
    ],
  );
}

function priceTable(measured: Parameters): string {
  const prices = loads.map((load) => priceOf(load, measured));
  const head = ['a look at each operation', ...loads.map(({ lookEveryS }) => `every ${every(lookEveryS)}`)];
  const row = (what: string, read: (price: (typeof prices)[number]) => string): string[] => [
    what,
    ...prices.map(read),
  ];
  return markdownTable(head, [
    row('attempts a second', ({ attemptsPerSecond }) => thousands(attemptsPerSecond)),
    row('workers', ({ workers }) => thousands(workers)),
    row('cores that they keep busy', ({ workerCores }) => short(workerCores)),
    row('memory that they take', ({ workerGb }) => `${short(workerGb)} GB`),
    row('requests a minute and location', ({ requestsPerLocationMinute }) =>
      thousands(requestsPerLocationMinute),
    ),
    row('requests a minute in all', ({ requestsPerMinute }) => thousands(requestsPerMinute)),
    row('actions a month', ({ actionsPerMonth }) => millions(actionsPerMonth)),
    row('events a month', ({ eventsPerMonth }) => millions(eventsPerMonth)),
    row('state transitions a second', ({ transitionsPerSecond }) => thousands(transitionsPerSecond)),
    row('history shards', ({ shards }) => thousands(shards)),
    row('kept by Temporal while followed', ({ stateGb }) => `${short(stateGb)} GB`),
  ]);
}

function meanOf(cell: Cell, field: 'events' | 'actions' | 'attempts' | 'transitions'): number {
  return cell[field]?.mean ?? Number.NaN;
}

/** How many state transitions each attempt more has cost. */
function slope(few: Cell, many: Cell): number {
  return (
    (meanOf(many, 'transitions') - meanOf(few, 'transitions')) /
    (meanOf(many, 'attempts') - meanOf(few, 'attempts'))
  );
}

function every(seconds: number): string {
  return seconds < 3_600 ? `${seconds} s` : `${seconds / 3_600} h`;
}

function millions(value: number): string {
  return value >= 1e9 ? `${short(value / 1e9)} billion` : `${short(value / 1e6)} million`;
}
