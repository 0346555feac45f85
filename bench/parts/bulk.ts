import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { GoogleOperations } from '../../client/index.js';
import { startPlain } from '../competitors.js';
import { newLocation } from '../emulator.js';
import type { BenchWorker, BenchEnvironment } from '../environment.js';
import type { Random } from '../support/random.js';
import { summarize, summarizeEach, type Summary } from '../support/statistics.js';
import { usageOf } from '../support/usage.js';

export const fullBulkPlan = { rounds: 5, count: 1_000 };
export const quickBulkPlan = { rounds: 1, count: 100 };

const sides = ['ours', 'plain'] as const;
type Side = (typeof sides)[number];

/** The cost of many cancellations at once. */
type BulkCost = Awaited<ReturnType<typeof runSide>>;

export type BulkResult = Awaited<ReturnType<typeof runBulk>>;

/** The time from a cancel to the end: less than the plain workflow's first sleep, so that it polls only once. */
const SETTLE_MS = { from: 400, to: 600 };
const MAX_CONCURRENT_STARTS = 100;
/** Operations before the measurement, so that compilation is not measured. */
const WARM_UP_COUNT = 100;

/**
 * Cancels many operations of one location at once, first with one of this project and the plain workflow,
 * then the other.
 */
export async function runBulk(
  environment: BenchEnvironment,
  plan: typeof fullBulkPlan,
  random: Random,
  say: (line: string) => void,
) {
  const costs: Record<Side, BulkCost[]> = { ours: [], plain: [] };
  const order = random.shuffled(sides);
  for (let round = 1; round <= plan.rounds; round++) {
    // The order alternates: the second one meets a server with more data.
    for (const side of round % 2 === 1 ? order : order.toReversed()) {
      const cost = await runSide(environment, side, plan.count, random);
      say(`${plan.count} at once, round ${round}, ${side}: ${cost.seconds.toFixed(1)} s`);
      costs[side].push(cost);
    }
  }
  const ratio = (field: keyof BulkCost): Summary =>
    summarize(costs.ours.map((cost, round) => cost[field] / (costs.plain[round]?.[field] ?? Number.NaN)));
  return {
    count: plan.count,
    sides: sides.map((side) => ({ side, ...summarizeEach(costs[side]) })),
    /** Ours divided by the plain one's, per round, because the machine's load is similar within a round. */
    ratios: { seconds: ratio('seconds'), workerCpuS: ratio('workerCpuS') },
  };
}

async function runSide(environment: BenchEnvironment, side: Side, count: number, random: Random) {
  const worker = side === 'ours' ? await environment.startWorker() : await environment.startPlainWorker();
  const cancelAll = (times: number) =>
    cancelMany(environment, (name) => start(side, environment, worker, name), times, random);
  try {
    await cancelAll(WARM_UP_COUNT);
    await environment.emulator.clearRequests();
    const [before, serverBefore] = [await worker.usage(), await usageOf(environment.serverPid)];
    const startedAt = Date.now();
    await cancelAll(count);
    const seconds = (Date.now() - startedAt) / 1_000;
    const [after, serverAfter] = [await worker.usage(), await usageOf(environment.serverPid)];
    const requests = await environment.emulator.requests();
    return {
      /** From the first start to the last outcome known here, in s. */
      seconds,
      /** Processor time of the worker, and of the Temporal server, in s. */
      workerCpuS: after.cpuSeconds - before.cpuSeconds,
      serverCpuS: serverAfter.cpuSeconds - serverBefore.cpuSeconds,
      /** Peak resident memory of the worker, in MB. */
      peakMb: after.peakMb,
      requestsEach: requests.length / count,
    };
  } finally {
    await worker.kill();
  }
}

/** Starts a cancellation, and returns when Temporal has stored it. */
async function start(side: Side, { client }: BenchEnvironment, worker: BenchWorker, name: string) {
  if (side === 'plain') return startPlain(client, worker, name, 'plain 1 s');
  return new GoogleOperations(client, worker).cancel({ name }, { waitForWorker: false });
}

async function cancelMany(
  { emulator }: BenchEnvironment,
  begin: (name: string) => ReturnType<typeof start>,
  count: number,
  random: Random,
): Promise<void> {
  const parent = newLocation();
  const settle = random.spread(count, SETTLE_MS.from, SETTLE_MS.to);
  const scripts = settle.map((afterMs, index) => ({
    name: `${parent}/operations/${index}`,
    onCancel: { kind: 'wins' as const, afterMs: Math.round(afterMs) },
  }));
  await emulator.add(scripts);
  const outcomes: Promise<unknown>[] = [];
  await forEachConcurrently(scripts, MAX_CONCURRENT_STARTS, async ({ name }) => {
    const outcome: Promise<unknown> = (await begin(name)).result();
    // Awaited below; until then a rejection must not end the process.
    outcome.catch(() => undefined);
    outcomes.push(outcome);
  });
  await Promise.all(outcomes);
}
