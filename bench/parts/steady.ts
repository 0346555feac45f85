import { setTimeout as delay } from 'node:timers/promises';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { GoogleOperations } from '../../client/index.js';
import { withTimeout } from '../../worker/with-timeout.js';
import { newLocation } from '../emulator.js';
import type { BenchWorker, BenchEnvironment } from '../environment.js';
import { boundOf, bucketsBetween, sumOf } from '../support/prometheus.js';
import type { Random } from '../support/random.js';
import { summarize } from '../support/statistics.js';
import { usageOf } from '../support/usage.js';
import { cancelVictims } from '../support/victims.js';

/** The operations that are watched, before and in the window in which they are measured. */
export interface SteadyPlan {
  count: number;
  locations: number;
  workers: number;
  /** The time between the moment when all are watched and the start of the window. */
  settleMs: number;
  /** The number of operations that end in the window and whose outcomes are awaited. */
  endCount: number;
  /** The time limit for recording these outcomes. */
  recordTimeoutMs: number;
}

/** Ten thousand operations of twenty locations. */
export const manyLocations: SteadyPlan = {
  count: 10_000,
  locations: 20,
  workers: 1,
  settleMs: 60_000,
  endCount: 300,
  recordTimeoutMs: 120_000,
};

/** A thousand operations of one location, after their first minute. */
export const oneLocation: SteadyPlan = {
  count: 1_000,
  locations: 1,
  workers: 1,
  settleMs: 65_000,
  endCount: 60,
  recordTimeoutMs: 60_000,
};

export type SteadyResult = Awaited<ReturnType<typeof runSteady>>;

/** The time in which the cost is measured. */
export const WINDOW_MS = 120_000;
/** Single cancels of other operations, before any is watched and beside them. */
const SINGLE_CANCELS = 60;
/** With more the development server has no time left for what was started. */
const MAX_CONCURRENT_STARTS = 10;
/** The time limit from the last start until all operations are watched. */
const MAX_BACKLOG_S = 300;
/** A quiet time has at most so many attempts of activities a second. */
const MAX_QUIET_ATTEMPTS_PER_S = 15;
const QUIET_MS = 5_000;
const ACTIVITY_WAIT = 'temporal_activity_schedule_to_start_latency';
const WORKFLOW_WAIT = 'temporal_workflow_task_schedule_to_start_latency';

/** Lets workers watch many operations, and measures the cost. */
export async function runSteady(
  environment: BenchEnvironment,
  plan: SteadyPlan,
  random: Random,
  say: (line: string) => void,
) {
  const { client, emulator } = environment;
  const worker = await environment.startWorker();
  const workers = [worker];
  try {
    while (workers.length < plan.workers) workers.push(await environment.startWorker(worker.taskQueue));
    const alone = await cancelVictims(environment, worker, SINGLE_CANCELS);
    const names = await addOperations(environment, plan);
    const serverAtStart = await usageOf(environment.serverPid);
    const startedAt = Date.now();
    const elapsedS = (): number => (Date.now() - startedAt) / 1_000;
    await forEachConcurrently(names, MAX_CONCURRENT_STARTS, async (name) => {
      await new GoogleOperations(client, worker).watch({ name }, { waitForWorker: false });
    });
    const startedS = elapsedS();
    say(`${plan.count} started after ${startedS.toFixed(0)} s`);
    while (!(await areWatched(workers, plan.count))) {
      if (elapsedS() > startedS + MAX_BACKLOG_S) throw new Error(`Not all are watched within ${MAX_BACKLOG_S} s`);
      await delay(1_000);
    }
    say(`all watched after ${elapsedS().toFixed(0)} s`);
    await delay(plan.settleMs);

    await emulator.clearRequests();
    const before = await takeSnapshot(environment, workers);
    const ending = random.shuffled(names).slice(0, plan.endCount);
    const recorded = endAndAwait(environment, ending, plan);
    recorded.catch(() => undefined);
    await delay(before.at + WINDOW_MS - Date.now());
    const [after, requests] = [await takeSnapshot(environment, workers), await emulator.requests()];
    say(`window over; waiting for the outcomes of ${plan.endCount} ended operations`);
    const delays = await recorded;
    const running = await countRunning(environment, worker);
    const beside = await cancelVictims(environment, worker, SINGLE_CANCELS);
    const minutes = (after.at - before.at) / 60_000;
    const attemptsIn = ({ metrics }: typeof after): number => sumOf(metrics, `${ACTIVITY_WAIT}_count`);
    const inWindow = requests.filter(({ at }) => at >= before.at && at <= after.at);
    return {
      count: plan.count,
      locations: plan.locations,
      workers: plan.workers,
      requestsPerMinute: inWindow.length / minutes,
      attemptsPerMinute: (attemptsIn(after) - attemptsIn(before)) / minutes,
      /** Resident memory of a worker at its peak, in MB. */
      peakMb: after.worker.peakMb,
      workerCores: (after.worker.cpuSeconds - before.worker.cpuSeconds) / (minutes * 60),
      serverCores: (after.server.cpuSeconds - before.server.cpuSeconds) / (minutes * 60),
      /** The growth of the server's memory per operation, in kB. */
      serverKbEach: ((after.server.residentMb - serverAtStart.residentMb) * 1_000) / plan.count,
      /** The wait of tasks for the worker, in s, rounded up to a bound of the SDK's histogram. */
      activityWaitP99S: boundOf(bucketsBetween(before.metrics, after.metrics, ACTIVITY_WAIT), 0.99),
      workflowWaitP99S: boundOf(bucketsBetween(before.metrics, after.metrics, WORKFLOW_WAIT), 0.99),
      /** From the end at the emulator to the recorded outcome known here, in ms. */
      delayMs: summarize(delays),
      /** From the start of a single cancel until it is at the emulator, on an idle worker and beside the others, in ms. */
      startToCancelMs: { alone: summarize(alone.times), beside: summarize(beside.times) },
      /** The longest time until `/healthz` answered, in ms. */
      healthMs: beside.healthMs,
      /** Operations that neither run nor have the right outcome. */
      lost: plan.count - running - delays.length,
    };
  } finally {
    for (const one of workers) await one.kill();
  }
}

async function addOperations({ emulator }: BenchEnvironment, { count, locations }: SteadyPlan): Promise<string[]> {
  await emulator.reset();
  const location = newLocation();
  const names = Array.from({ length: count }, (_, index) => `${location}-${index % locations}/operations/${index}`);
  for (let from = 0; from < count; from += 500) {
    await emulator.add(names.slice(from, from + 500).map((name) => ({ name })));
  }
  return names;
}

/** The metrics and the processor time of all workers, and the memory of the one that has most. */
async function takeSnapshot({ serverPid }: BenchEnvironment, workers: readonly BenchWorker[]) {
  const [metrics, usages, server] = await Promise.all([
    metricsOf(workers),
    Promise.all(workers.map((worker) => worker.usage())),
    usageOf(serverPid),
  ]);
  const peakMb = Math.max(...usages.map((usage) => usage.peakMb));
  const cpuSeconds = usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0);
  return { at: Date.now(), metrics, worker: { peakMb, cpuSeconds }, server };
}

async function metricsOf(workers: readonly BenchWorker[]) {
  return (await Promise.all(workers.map((worker) => worker.metrics()))).flat();
}

/** Whether each operation has had its first poll, and few attempts are left that were scheduled before a loop covered them. */
async function areWatched(workers: readonly BenchWorker[], count: number): Promise<boolean> {
  const before = await metricsOf(workers);
  if (sumOf(before, 'google_operation_requests_total', { method: 'get' }) < count) return false;
  await delay(QUIET_MS);
  const attempts = sumOf(await metricsOf(workers), `${ACTIVITY_WAIT}_count`) - sumOf(before, `${ACTIVITY_WAIT}_count`);
  return attempts <= (MAX_QUIET_ATTEMPTS_PER_S * QUIET_MS) / 1_000;
}

/** Ends operations, spread over the first half of the window. @returns the delay of each outcome, in ms */
async function endAndAwait(
  { client, emulator }: BenchEnvironment,
  names: readonly string[],
  { recordTimeoutMs }: SteadyPlan,
): Promise<number[]> {
  const spread = WINDOW_MS / 2 / Math.max(1, names.length);
  const delays: number[] = [];
  const ends = names.map(async (name, index) => {
    await delay(index * spread);
    await emulator.complete(name);
    const outcome = new GoogleOperations(client).getHandle(name).result();
    const result = await withTimeout(outcome, recordTimeoutMs, undefined).catch(() => undefined);
    const knownAt = Date.now();
    if (result?.outcome !== 'COMPLETED') return;
    const { state } = await emulator.operation(name);
    if (state.phase === 'done') delays.push(knownAt - state.at);
  });
  await Promise.all(ends);
  return delays;
}

async function countRunning({ client }: BenchEnvironment, { taskQueue }: BenchWorker): Promise<number> {
  const { count } = await client.workflow.count(
    `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running' AND WorkflowType = 'watchOperation'`,
  );
  return count;
}
