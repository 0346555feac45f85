import { setTimeout as delay } from 'node:timers/promises';
import { type Competitor, type CompetitorName, competitorNames, createCompetitors } from '../competitors.js';
import { newLocation } from '../emulator.js';
import type { Cost } from '../history.js';
import type { BenchEnvironment } from '../environment.js';
import type { Random } from '../support/random.js';
import { summarize, summarizeEach, type Summary } from '../support/statistics.js';

/** The operations of each competitor in each round, by their settling time. */
interface LatencyPlan {
  rounds: number;
  roundMs: number;
  perRound: readonly { settleS: number; count: number }[];
}

export const fullLatencyPlan: LatencyPlan = {
  rounds: 4,
  roundMs: 60_000,
  perRound: [
    { settleS: 0.5, count: 8 },
    { settleS: 2, count: 8 },
    // More operations from here on: with polling intervals of seconds the mean delay varies more.
    { settleS: 10, count: 12 },
    { settleS: 30, count: 20 },
    { settleS: 120, count: 16 },
  ],
};

export const quickLatencyPlan: LatencyPlan = {
  rounds: 2,
  roundMs: 10_000,
  perRound: [
    { settleS: 0.5, count: 5 },
    { settleS: 2, count: 5 },
    { settleS: 10, count: 5 },
  ],
};

/** The results of one competitor and settling time. Only workflows have a cost. */
export interface Cell extends Partial<Record<keyof Cost, Summary>> {
  settleS: number;
  competitor: CompetitorName;
  /** From the end at the emulator to the outcome known here, in ms. */
  delayMs: Summary;
  requests: Summary;
}

export type LatencyResult = Awaited<ReturnType<typeof runLatency>>;

interface Task {
  competitor: CompetitorName;
  settleS: number;
  settleMs: number;
  startMs: number;
}

interface Measured extends Task {
  delayMs: number;
  requests: number;
  cost?: Cost;
}

/** Settling times vary by up to this share, so that they match no polling schedule by chance. */
const SETTLE_VARIATION = 0.2;
/** The plain workflows run fewer operations: each of their polls writes eleven events. */
const SHARES: Partial<Record<CompetitorName, number>> = { 'plain 1 s': 0.25, 'plain ×1.5': 0.25 };

/**
 * Runs all competitors at the same time. In each round their operations start at random moments, with equal
 * settling times.
 */
export async function runLatency(
  environment: BenchEnvironment,
  plan: LatencyPlan,
  random: Random,
  say: (line: string) => void,
) {
  const [ours, plain] = [await environment.startWorker(), await environment.startPlainWorker()];
  try {
    const competitors = await createCompetitors(environment, ours, plain);
    for (const competitor of Object.values(competitors)) await warmUp(environment, competitor);
    const roundTripMs = await measureRoundTrip(environment);
    const measured: Measured[] = [];
    await Promise.all(
      schedule(plan, random).map(async (task) => {
        await delay(task.startMs);
        measured.push(await measure(environment, competitors[task.competitor], task));
        if (measured.length % 100 === 0) say(`${measured.length} operations measured`);
      }),
    );
    return { roundTripMs, cells: toCells(plan, measured) };
  } finally {
    await Promise.all([ours.kill(), plain.kill()]);
  }
}

function schedule({ rounds, roundMs, perRound }: LatencyPlan, random: Random): Task[] {
  return perRound.flatMap(({ settleS, count }) => {
    const all = random.spread(rounds * count, settleS * (1 - SETTLE_VARIATION), settleS * (1 + SETTLE_VARIATION));
    return competitorNames.flatMap((competitor) =>
      // The settling times are the same for all; a competitor with fewer operations gets every n-th of them.
      takeShare(all, SHARES[competitor] ?? 1).map((seconds, index, own) => ({
        competitor,
        settleS,
        settleMs: Math.round(seconds * 1_000),
        startMs: (Math.floor((index * rounds) / own.length) + random.next()) * roundMs,
      })),
    );
  });
}

function takeShare(values: readonly number[], share: number): number[] {
  if (share === 1) return [...values];
  const step = Math.round(1 / share);
  return values.toSorted((a, b) => a - b).filter((_, index) => index % step === 0);
}

async function measure(environment: BenchEnvironment, competitor: Competitor, task: Task): Promise<Measured> {
  const { emulator } = environment;
  const name = `${newLocation()}/${competitor.collection}/7/operations/1`;
  await emulator.add([
    {
      name,
      onCancel: { kind: 'wins', afterMs: task.settleMs },
      metadata: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
      ...competitor.script,
    },
  ]);
  const { knownAt, cost } = await competitor.cancel(name);
  const [{ state }, requests] = await Promise.all([emulator.operation(name), emulator.requests(name)]);
  if (state.phase !== 'done') throw new Error(`${name} has an outcome, but is ${state.phase}`);
  return { ...task, delayMs: knownAt - state.at, requests: requests.length, cost: await cost?.() };
}

async function warmUp(environment: BenchEnvironment, competitor: Competitor): Promise<void> {
  const task: Task = { competitor: 'gax', settleS: 0, settleMs: 100, startMs: 0 };
  for (let times = 0; times < 5; times++) await measure(environment, competitor, task);
}

/** Measures GETs of an operation over an open connection, in ms. */
async function measureRoundTrip({ emulator }: BenchEnvironment): Promise<Summary> {
  const name = `${newLocation()}/operations/1`;
  await emulator.add([{ name }]);
  const times: number[] = [];
  for (let count = 0; count < 200; count++) times.push(await emulator.roundTrip(name));
  return summarize(times);
}

function toCells({ perRound }: LatencyPlan, measured: readonly Measured[]): Cell[] {
  return perRound.flatMap(({ settleS }) =>
    competitorNames.map((competitor): Cell => {
      const own = measured.filter((one) => one.settleS === settleS && one.competitor === competitor);
      const costs = own.flatMap(({ cost }) => cost ?? []);
      return {
        settleS,
        competitor,
        delayMs: summarize(own.map(({ delayMs }) => delayMs)),
        requests: summarize(own.map(({ requests }) => requests)),
        ...(costs.length > 0 && summarizeEach(costs)),
      };
    }),
  );
}
