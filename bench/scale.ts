import type { Cost } from './history.js';
import { type Load, type Parameters, priceOf } from './model.js';
import type { Cell } from './parts/latency.js';
import { WINDOW_MS } from './parts/steady.js';
import type { Results } from './results.js';
import { short, table, thousands } from './support/table.js';

/** The planned load of a worker on two cores beside everything else. */
const ATTEMPTS_PER_WORKER_SECOND = 50;
/** Measured on two cores with ten thousand operations that were polled one by one. */
const [WORKER_CPU_PER_POLL_S, HEARTBEATS_PER_POLL] = [0.0035, 0.05];
/** An accepted cancel is sent to Temporal as a heartbeat, which no history shows. */
const HEARTBEATS_PER_CANCEL = 1;

/** A million operations of a hundred locations, each watched for a day: by loops, and by polls of each at three intervals. */
const loads: readonly Load[] = (['loop', 30, 200, 3_600] as const).map((by) => ({
  operations: 1_000_000,
  by,
  locations: 100,
  watchedForS: 86_400,
}));

/** The parameters of the model from the results of a full run; `undefined` if a part was not run. */
function parametersOf({ latency, steady }: Results): Parameters | undefined {
  const cells = latency?.cells.filter(({ competitor }) => competitor === 'ours, get') ?? [];
  // An operation that ends within a second of its cancel needs no awaitOperation and costs less.
  const [shortest, longest] = [cells.find(({ settleS }) => settleS >= 2), cells.at(-1)];
  if (steady === undefined || shortest === undefined || longest === undefined) return undefined;
  const { workerCores, delayMs, peakMb, serverKbEach } = steady.manyLocations;
  return {
    eventsEach: meanOf(shortest, 'events'),
    actionsEach: meanOf(shortest, 'actions') + HEARTBEATS_PER_CANCEL,
    heartbeatsPerAttempt: HEARTBEATS_PER_POLL,
    transitionsPerAttempt: slope(shortest, longest),
    attemptsPerWorkerSecond: ATTEMPTS_PER_WORKER_SECOND,
    workerCpuPerAttempt: WORKER_CPU_PER_POLL_S,
    workerCpuPerEnd: (workerCores * WINDOW_MS) / 1_000 / delayMs.count,
    workerMb: peakMb,
    stateKbEach: serverKbEach,
  };
}

/** The tables of the model, each after its title; none if a part was not run. */
export function modelTables(results: Results): string[] {
  const measured = parametersOf(results);
  if (measured === undefined) return [];
  return [
    'The parameters of the model:',
    parameterTable(measured),
    'The cost of a million operations of a hundred locations, all watched at the same time, each for a day:',
    priceTable(measured),
  ];
}

function parameterTable(measured: Parameters): string {
  return table(
    ['parameter', 'value', 'source'],
    [
      ['events per cancellation', short(measured.eventsEach), 'latency'],
      ['actions per cancellation without retries, with a heartbeat', short(measured.actionsEach), 'latency'],
      ['heartbeats per attempt', short(measured.heartbeatsPerAttempt), 'measured without loops'],
      [
        'state transitions per attempt',
        short(measured.transitionsPerAttempt),
        'latency: difference of the longest and the shortest',
      ],
      ['attempts per second and worker', short(measured.attemptsPerWorkerSecond), 'planned for two cores'],
      [
        'processor time of the worker per attempt',
        `${short(measured.workerCpuPerAttempt * 1_000)} ms`,
        'measured without loops',
      ],
      ['the same per end that a loop sees, with its lists', `${short(measured.workerCpuPerEnd * 1_000)} ms`, 'steady'],
      ['peak memory of a worker', `${short(measured.workerMb)} MB`, 'steady'],
      ['memory of the server per operation', `${short(measured.stateKbEach)} kB`, 'steady'],
    ],
  );
}

function priceTable(measured: Parameters): string {
  const prices = loads.map((load) => priceOf(load, measured));
  const heads = loads.map(({ by }) =>
    by === 'loop' ? 'one loop for each location' : `a poll of each every ${interval(by)}`,
  );
  const head = ['', ...heads];
  const row = (what: string, read: (price: (typeof prices)[number]) => string): string[] => [what, ...prices.map(read)];
  return table(head, [
    row('attempts per second', ({ attemptsPerSecond }) => thousands(attemptsPerSecond)),
    row('workers', ({ workers }) => thousands(workers)),
    row('busy cores of the workers', ({ workerCores }) => short(workerCores)),
    row('memory of the workers', ({ workerGb }) => `${short(workerGb)} GB`),
    row('an end is seen after, on average', ({ delayS }) => interval(delayS)),
    row('requests per minute and location', ({ requestsPerLocationMinute }) => thousands(requestsPerLocationMinute)),
    row('requests per minute in total', ({ requestsPerMinute }) => thousands(requestsPerMinute)),
    row('pages of workflows that Temporal lists per second', ({ visibilityPagesPerSecond }) =>
      short(visibilityPagesPerSecond),
    ),
    row('actions per month', ({ actionsPerMonth }) => millions(actionsPerMonth)),
    row('events per month', ({ eventsPerMonth }) => millions(eventsPerMonth)),
    row('state transitions per second', ({ transitionsPerSecond }) => thousands(transitionsPerSecond)),
    row('history shards', ({ shards }) => thousands(shards)),
    row('stored by Temporal while watched', ({ stateGb }) => `${short(stateGb)} GB`),
  ]);
}

function meanOf(cell: Cell, field: keyof Cost): number {
  return cell[field]?.mean ?? Number.NaN;
}

/** The state transitions per additional attempt. */
function slope(few: Cell, many: Cell): number {
  return (
    (meanOf(many, 'transitions') - meanOf(few, 'transitions')) / (meanOf(many, 'attempts') - meanOf(few, 'attempts'))
  );
}

function interval(seconds: number): string {
  if (seconds < 600) return `${seconds} s`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
}

function millions(value: number): string {
  return value >= 1e9 ? `${short(value / 1e9)} billion` : `${short(value / 1e6)} million`;
}
