import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { GoogleOperations } from '../../client/index.js';
import { plainIntervals } from '../competitors.js';
import type { BenchWorker, BenchEnvironment } from '../environment.js';
import type { Random } from '../support/random.js';
import { summarize, type Summary } from '../support/statistics.js';
import { forEachConcurrently } from '../support/concurrency.js';
import { usageOf } from '../support/usage.js';

/** The number of operations, and how often they are cancelled. */
export interface BulkPlan {
  rounds: number;
  count: number;
}

export const fullBulkPlan: BulkPlan = { rounds: 5, count: 1_000 };
export const quickBulkPlan: BulkPlan = { rounds: 1, count: 100 };

const sides = ['ours', 'plain'] as const;
type Side = (typeof sides)[number];

/** The cost of many cancellations at once. */
export interface BulkSide {
  side: Side;
  /** From the first start to the last outcome known here, in s. */
  seconds: Summary;
  /** Processor time of the worker, and of the Temporal server, in s. */
  workerCpuS: Summary;
  serverCpuS: Summary;
  /** Peak resident memory of the worker, in MB. */
  peakMb: Summary;
  requestsEach: Summary;
}

export interface BulkResult {
  count: number;
  sides: BulkSide[];
  /** Ours divided by the plain one's, per round, because the machine's load is similar within a round. */
  ratios: { seconds: Summary; workerCpuS: Summary };
}

interface Run {
  seconds: number;
  workerCpuS: number;
  serverCpuS: number;
  peakMb: number;
  requestsEach: number;
}

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
  plan: BulkPlan,
  random: Random,
  say: (line: string) => void,
): Promise<BulkResult> {
  const runs: Record<Side, Run[]> = { ours: [], plain: [] };
  const order = random.shuffled(sides);
  for (let round = 1; round <= plan.rounds; round++) {
    // The order alternates: the second one meets a server with more data.
    for (const side of round % 2 === 1 ? order : order.toReversed()) {
      const run = await runSide(environment, side, plan.count, random);
      say(`${plan.count} at once, round ${round}, ${side}: ${run.seconds.toFixed(1)} s`);
      runs[side].push(run);
    }
  }
  const ratio = (read: (run: Run) => number): Summary => {
    const plain = runs.plain.map(read);
    return summarize(runs.ours.map((run, round) => read(run) / (plain[round] ?? Number.NaN)));
  };
  const sum = (side: Side, read: (run: Run) => number): Summary => summarize(runs[side].map(read));
  return {
    count: plan.count,
    sides: sides.map((side) => ({
      side,
      seconds: sum(side, ({ seconds }) => seconds),
      workerCpuS: sum(side, ({ workerCpuS }) => workerCpuS),
      serverCpuS: sum(side, ({ serverCpuS }) => serverCpuS),
      peakMb: sum(side, ({ peakMb }) => peakMb),
      requestsEach: sum(side, ({ requestsEach }) => requestsEach),
    })),
    ratios: {
      seconds: ratio(({ seconds }) => seconds),
      workerCpuS: ratio(({ workerCpuS }) => workerCpuS),
    },
  };
}

async function runSide(environment: BenchEnvironment, side: Side, count: number, random: Random): Promise<Run> {
  const worker = side === 'ours' ? await environment.startWorker() : await environment.startPlainWorker();
  const start = starters[side](environment, worker);
  try {
    await cancelAll(environment, start, WARM_UP_COUNT, random);
    await environment.emulator.clearRequests();
    const [before, serverBefore] = [await worker.usage(), await usageOf(environment.serverPid)];
    const startedAt = Date.now();
    await cancelAll(environment, start, count, random);
    const seconds = (Date.now() - startedAt) / 1_000;
    const [after, serverAfter] = [await worker.usage(), await usageOf(environment.serverPid)];
    const requests = await environment.emulator.requests();
    return {
      seconds,
      workerCpuS: after.cpuSeconds - before.cpuSeconds,
      serverCpuS: serverAfter.cpuSeconds - serverBefore.cpuSeconds,
      peakMb: after.peakMb,
      requestsEach: requests.length / count,
    };
  } finally {
    await worker.kill();
  }
}

/** Starts a cancellation. @returns a function that waits for its outcome */
type Starter = (name: string) => Promise<() => Promise<unknown>>;

const starters: Record<Side, (environment: BenchEnvironment, worker: BenchWorker) => Starter> = {
  ours:
    ({ client }, worker) =>
    async (name) => {
      // The call returns when Temporal has stored it, like the plain workflow's start.
      const cancelling = await new GoogleOperations(client, worker).cancel({ name }, { waitForWorker: false });
      return () => cancelling.result();
    },
  plain:
    ({ client }, { taskQueue }) =>
    async (name) => {
      const handle: WorkflowHandle = await client.workflow.start('plainCancel', {
        workflowId: `plain-${randomUUID()}`,
        taskQueue,
        args: [{ name, ...plainIntervals['plain 1 s'] }],
      });
      return () => handle.result();
    },
};

async function cancelAll(environment: BenchEnvironment, start: Starter, count: number, random: Random): Promise<void> {
  const parent = `projects/p${randomUUID().slice(0, 13)}/locations/us-central1`;
  const settle = random.spread(count, SETTLE_MS.from, SETTLE_MS.to);
  const scripts = settle.map((afterMs, index) => ({
    name: `${parent}/operations/${index}`,
    onCancel: { kind: 'wins' as const, afterMs: Math.round(afterMs) },
  }));
  await environment.emulator.add(scripts);
  const outcomes: Promise<unknown>[] = [];
  await forEachConcurrently(scripts, MAX_CONCURRENT_STARTS, async ({ name }) => {
    const outcome = (await start(name))();
    // Awaited below; until then a rejection must not end the process.
    outcome.catch(() => undefined);
    outcomes.push(outcome);
  });
  await Promise.all(outcomes);
}
