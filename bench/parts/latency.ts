import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Competitor, type CompetitorName, competitorNames, createCompetitors } from '../competitors.js';
import type { Cost } from '../history.js';
import type { BenchEnvironment } from '../environment.js';
import type { Random } from '../support/random.js';
import { summarize, type Summary } from '../support/statistics.js';

/** How many operations of each contestant settle after how many seconds, in each round. */
export interface RowsPlan {
  rounds: number;
  roundMs: number;
  perRound: readonly { settleS: number; count: number }[];
}

export const longRows: RowsPlan = {
  rounds: 4,
  roundMs: 60_000,
  perRound: [
    { settleS: 0.5, count: 8 },
    { settleS: 2, count: 8 },
    // Here a mean is compared that chance moves: the gaps are seconds wide, and where they lie is drawn.
    { settleS: 10, count: 12 },
    { settleS: 30, count: 20 },
    { settleS: 120, count: 16 },
  ],
};

export const quickRows: RowsPlan = {
  rounds: 2,
  roundMs: 10_000,
  perRound: [
    { settleS: 0.5, count: 5 },
    { settleS: 2, count: 5 },
    { settleS: 10, count: 5 },
  ],
};

/** One contestant's operations of one settling time. */
export interface Cell {
  settleS: number;
  contestant: CompetitorName;
  /** From the end at the emulator to the outcome known here, in ms. */
  delayMs: Summary;
  requests: Summary;
  events?: Summary;
  bytes?: Summary;
  actions?: Summary;
  attempts?: Summary;
  transitions?: Summary;
}

export interface RowsResult {
  /** A GET of an operation over an open connection, in ms. */
  roundTripMs: Summary;
  cells: Cell[];
}

interface Task {
  contestant: CompetitorName;
  settleS: number;
  settleMs: number;
  startMs: number;
}

interface Measured extends Task {
  delayMs: number;
  requests: number;
  cost?: Cost;
}

/** Settling times are moved by up to so much, so that no schedule is lucky. */
const VARIED = 0.2;
/** The plain workflows are there to be compared with, not to be measured closely; each of their looks is eleven events. */
const SHARE: Partial<Record<CompetitorName, number>> = { 'plain 1 s': 0.25, 'plain ×1.5': 0.25 };

/** Runs all contestants side by side: each round starts everybody's operations at random moments, on the same settling times. */
export async function runRows(
  stage: BenchEnvironment,
  plan: RowsPlan,
  random: Random,
  say: (line: string) => void,
): Promise<RowsResult> {
  const [ours, plain] = [await stage.startWorker(), await stage.startPlainWorker()];
  try {
    const contestants = await createCompetitors(stage, ours, plain);
    for (const contestant of Object.values(contestants)) await warmUp(stage, contestant);
    const roundTripMs = await measureRoundTrip(stage);
    const measured: Measured[] = [];
    await Promise.all(
      schedule(plan, random).map(async (task) => {
        await delay(task.startMs);
        measured.push(await measure(stage, contestants[task.contestant], task));
        if (measured.length % 100 === 0) say(`${measured.length} operations measured`);
      }),
    );
    return { roundTripMs, cells: toCells(plan, measured) };
  } finally {
    await Promise.all([ours.kill(), plain.kill()]);
  }
}

function schedule({ rounds, roundMs, perRound }: RowsPlan, random: Random): Task[] {
  return perRound.flatMap(({ settleS, count }) => {
    const all = random.spread(rounds * count, settleS * (1 - VARIED), settleS * (1 + VARIED));
    return competitorNames.flatMap((contestant) =>
      // Everybody gets the same settling times; whoever runs fewer gets an even choice of them.
      thinned(all, SHARE[contestant] ?? 1).map((seconds, index, own) => ({
        contestant,
        settleS,
        settleMs: Math.round(seconds * 1_000),
        startMs: (Math.floor((index * rounds) / own.length) + random.next()) * roundMs,
      })),
    );
  });
}

function thinned(values: readonly number[], share: number): number[] {
  if (share === 1) return [...values];
  const step = Math.round(1 / share);
  return values.toSorted((a, b) => a - b).filter((_, index) => index % step === 0);
}

async function measure(stage: BenchEnvironment, contestant: Competitor, task: Task): Promise<Measured> {
  const { emulator } = stage;
  // A project of its own: no ceiling and no list of operations is shared with another one.
  const name = `projects/p${randomUUID().slice(0, 13)}/locations/us-central1/${contestant.collection}/7/operations/1`;
  await emulator.add([
    {
      name,
      onCancel: { kind: 'wins', afterMs: task.settleMs },
      metadata: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
      ...contestant.script,
    },
  ]);
  const { knownAt, cost } = await contestant.cancel(name);
  const [{ state }, requests] = await Promise.all([emulator.truth(name), emulator.requests(name)]);
  if (state.phase !== 'done') throw new Error(`${name} was said to have ended, and is ${state.phase}`);
  return {
    ...task,
    delayMs: knownAt - state.at,
    requests: requests.length,
    ...(cost && { cost: await cost() }),
  };
}

async function warmUp(stage: BenchEnvironment, contestant: Competitor): Promise<void> {
  const task: Task = { contestant: 'gax', settleS: 0, settleMs: 100, startMs: 0 };
  for (let times = 0; times < 5; times++) await measure(stage, contestant, task);
}

async function measureRoundTrip({ emulator }: BenchEnvironment): Promise<Summary> {
  const name = `projects/p${randomUUID().slice(0, 13)}/locations/us-central1/operations/1`;
  await emulator.add([{ name }]);
  const times: number[] = [];
  for (let count = 0; count < 200; count++) times.push(await emulator.roundTrip(name));
  return summarize(times);
}

function toCells({ perRound }: RowsPlan, measured: readonly Measured[]): Cell[] {
  return perRound.flatMap(({ settleS }) =>
    competitorNames.map((contestant): Cell => {
      const own = measured.filter((one) => one.settleS === settleS && one.contestant === contestant);
      const costs = own.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
      return {
        settleS,
        contestant,
        delayMs: summarize(own.map(({ delayMs }) => delayMs)),
        requests: summarize(own.map(({ requests }) => requests)),
        ...(costs.length > 0 && {
          events: summarize(costs.map(({ events }) => events)),
          bytes: summarize(costs.map(({ bytes }) => bytes)),
          actions: summarize(costs.map(({ actions }) => actions)),
          attempts: summarize(costs.map(({ attempts }) => attempts)),
          transitions: summarize(costs.map(({ transitions }) => transitions)),
        }),
      };
    }),
  );
}
