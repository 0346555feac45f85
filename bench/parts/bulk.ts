import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { cancel } from '../../client/index.js';
import { plainPaces } from '../competitors.js';
import type { BenchWorker, BenchEnvironment } from '../environment.js';
import type { Random } from '../support/random.js';
import { summarize, type Summary } from '../support/statistics.js';
import { each } from '../support/together.js';
import { usageOf } from '../support/usage.js';

/** How many at once, and how often. */
export interface ManyPlan {
  rounds: number;
  count: number;
}

export const longMany: ManyPlan = { rounds: 5, count: 1_000 };
export const quickMany: ManyPlan = { rounds: 1, count: 100 };

const sides = ['ours', 'plain'] as const;
type Side = (typeof sides)[number];

/** What many cancellations at once took. */
export interface ManySide {
  side: Side;
  /** From the first start to the last outcome known here, in s. */
  seconds: Summary;
  /** Processor time of the worker, and of the Temporal server, in s. */
  workerCpuS: Summary;
  serverCpuS: Summary;
  /** The most resident memory of the worker, in MB. */
  peakMb: Summary;
  requestsEach: Summary;
}

export interface ManyResult {
  count: number;
  sides: ManySide[];
  /** Ours to the plain one's, round by round: within a round the machine is more or less the same. */
  ratios: { seconds: Summary; workerCpuS: Summary };
}

interface Run {
  seconds: number;
  workerCpuS: number;
  serverCpuS: number;
  peakMb: number;
  requestsEach: number;
}

/** So soon each settles after its cancel: before the first look of the plain workflow, so that this one looks once only. */
const SETTLE_MS = { from: 400, to: 600 };
const CALLERS = 100;
/** So many before, so that no side is measured while it compiles. */
const WARM_UP = 100;

/** Cancels many operations of one location at once: with this project and with the plain workflow, one after the other. */
export async function runMany(
  stage: BenchEnvironment,
  plan: ManyPlan,
  random: Random,
  say: (line: string) => void,
): Promise<ManyResult> {
  const runs: Record<Side, Run[]> = { ours: [], plain: [] };
  const order = random.shuffled(sides);
  for (let round = 1; round <= plan.rounds; round++) {
    // In turns: whoever is second finds a server with more to keep.
    for (const side of round % 2 === 1 ? order : order.toReversed()) {
      const run = await runSide(stage, side, plan.count, random);
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

async function runSide(stage: BenchEnvironment, side: Side, count: number, random: Random): Promise<Run> {
  const worker = side === 'ours' ? await stage.startWorker() : await stage.startPlainWorker();
  const start = starters[side](stage, worker);
  try {
    await cancelAll(stage, start, WARM_UP, random);
    await stage.emulator.forgetRequests();
    const [before, serverBefore] = [await worker.usage(), await usageOf(stage.serverPid)];
    const began = Date.now();
    await cancelAll(stage, start, count, random);
    const seconds = (Date.now() - began) / 1_000;
    const [after, serverAfter] = [await worker.usage(), await usageOf(stage.serverPid)];
    const requests = await stage.emulator.requests();
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

/** Starts one, and returns how to wait for its outcome. */
type Starter = (name: string) => Promise<() => Promise<unknown>>;

const starters: Record<Side, (stage: BenchEnvironment, worker: BenchWorker) => Starter> = {
  ours:
    ({ client }, { taskQueue }) =>
    async (name) => {
      // As with the plain workflow's start, the call returns when Temporal keeps it.
      const cancelling = await cancel(client, { name }, { taskQueue, until: 'kept' });
      return () => cancelling.outcome();
    },
  plain:
    ({ client }, { taskQueue }) =>
    async (name) => {
      const handle: WorkflowHandle = await client.workflow.start('plainCancel', {
        workflowId: `plain-${randomUUID()}`,
        taskQueue,
        args: [{ name, ...plainPaces['plain 1 s'] }],
      });
      return () => handle.result();
    },
};

async function cancelAll(
  stage: BenchEnvironment,
  start: Starter,
  count: number,
  random: Random,
): Promise<void> {
  const parent = `projects/p${randomUUID().slice(0, 13)}/locations/us-central1`;
  const settle = random.spread(count, SETTLE_MS.from, SETTLE_MS.to);
  const scripts = settle.map((afterMs, index) => ({
    name: `${parent}/operations/${index}`,
    onCancel: { kind: 'wins' as const, afterMs: Math.round(afterMs) },
  }));
  await stage.emulator.add(scripts);
  const ends: Promise<unknown>[] = [];
  await each(scripts, CALLERS, async ({ name }) => {
    const end = (await start(name))();
    // Awaited below; until then a failure must not end the process.
    end.catch(() => undefined);
    ends.push(end);
  });
  await Promise.all(ends);
}
