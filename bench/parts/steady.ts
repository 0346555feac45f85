import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { outcome, watch } from '../../client/index.js';
import type { LogEntry } from '../../emulator/index.js';
import type { BenchWorker, BenchEnvironment } from '../environment.js';
import { boundOf, bucketsBetween, sumOf } from '../support/prometheus.js';
import type { Random } from '../support/random.js';
import { summarize, type Summary } from '../support/statistics.js';
import { each, until } from '../support/together.js';
import { usageOf } from '../support/usage.js';

/** How many operations are followed at once, and for how long they are observed. */
export interface FollowedPlan {
  count: number;
  locations: number;
  /** How long before the window opens, once all are followed. */
  settleMs: number;
  windowMs: number;
  /** So many are ended in the window, and their outcomes waited for. */
  ended: number;
  /** How long these may take to be recorded. */
  recordedWithinMs: number;
}

/** Ten thousand of fifty locations. */
export const longFollowed: FollowedPlan = {
  count: 10_000,
  locations: 50,
  settleMs: 20_000,
  windowMs: 120_000,
  ended: 300,
  recordedWithinMs: 400_000,
};

/** A thousand of one location, past their first minute. */
export const oneLocation: FollowedPlan = {
  count: 1_000,
  locations: 1,
  settleMs: 65_000,
  windowMs: 120_000,
  ended: 60,
  recordedWithinMs: 60_000,
};

export interface FollowedResult {
  count: number;
  locations: number;
  /** Until all were started, and until all were followed with nothing waiting, in s. */
  startedS: number;
  followedS: number;
  /** At the emulator, in the window. */
  requestsPerMinute: number;
  requestsByMethod: Record<string, number>;
  /** Attempts of activities that began in the window, a minute. */
  attemptsPerMinute: number;
  /** Heartbeats that reached the server in the window, a minute. */
  heartbeatsPerMinute: number;
  /** The most resident memory of the worker, in MB, and what it had at the end of the window. */
  peakMb: number;
  residentMb: number;
  /** Processor time a second, of one core. */
  workerCores: number;
  serverCores: number;
  serverResidentMb: number;
  /** What the server's memory has grown by for each operation, in kB. */
  serverKbEach: number;
  /** 99 % of the activity tasks of the window, and of the workflow tasks, waited for the worker at most so long, in s: a bound of the SDK's histogram. */
  activityWaitP99S: number;
  workflowWaitP99S: number;
  /** From the end at the emulator to the recorded outcome known here, in ms, of those that were ended. */
  delayMs: Summary;
  /** Neither running nor recorded rightly. */
  lost: number;
}

const STARTERS = 50;
const ACTIVITY_WAIT = 'temporal_activity_schedule_to_start_latency';
const WORKFLOW_WAIT = 'temporal_workflow_task_schedule_to_start_latency';

/** Has one worker follow many operations, and looks at what that takes. */
export async function runFollowed(
  stage: BenchEnvironment,
  plan: FollowedPlan,
  random: Random,
  say: (line: string) => void,
): Promise<FollowedResult> {
  const { client, emulator } = stage;
  const worker = await stage.startWorker();
  try {
    const names = await addOperations(stage, plan);
    const serverAtFirst = await usageOf(stage.serverPid);
    const began = Date.now();
    const since = (): number => (Date.now() - began) / 1_000;
    await each(names, STARTERS, async (name) => {
      await watch(client, { name }, { taskQueue: worker.taskQueue });
    });
    const startedS = since();
    say(`${plan.count} started after ${startedS.toFixed(0)} s`);
    await until('all operations to be followed', () => areFollowed(stage, worker, plan.count), {
      withinMs: 300_000,
      everyMs: 1_000,
    });
    const followedS = since();
    say(`all followed after ${followedS.toFixed(0)} s`);
    await delay(plan.settleMs);

    await emulator.forgetRequests();
    const before = await look(stage, worker);
    const ending = random.shuffled(names).slice(0, plan.ended);
    const recorded = record(stage, ending, plan);
    recorded.catch(() => undefined);
    await delay(before.at + plan.windowMs - Date.now());
    const [after, requests] = [await look(stage, worker), await emulator.requests()];
    say(`window over; waiting for the outcomes of ${plan.ended} that were ended`);
    const delays = await recorded;
    const running = await countRunning(stage, worker);
    const minutes = (after.at - before.at) / 60_000;
    const perMinute = (name: string, labels: Record<string, string> = {}): number =>
      (sumOf(after.metrics, { name, labels }) - sumOf(before.metrics, { name, labels })) / minutes;
    const inWindow = requests.filter(({ at }) => at >= before.at && at <= after.at);
    return {
      count: plan.count,
      locations: plan.locations,
      startedS,
      followedS,
      requestsPerMinute: inWindow.length / minutes,
      requestsByMethod: byMethod(inWindow, minutes),
      attemptsPerMinute: perMinute(`${ACTIVITY_WAIT}_count`),
      heartbeatsPerMinute: perMinute('temporal_request_total', { operation: 'RecordActivityTaskHeartbeat' }),
      peakMb: after.worker.peakMb,
      residentMb: after.worker.residentMb,
      workerCores: (after.worker.cpuSeconds - before.worker.cpuSeconds) / (minutes * 60),
      serverCores: (after.server.cpuSeconds - before.server.cpuSeconds) / (minutes * 60),
      serverResidentMb: after.server.residentMb,
      serverKbEach: ((after.server.residentMb - serverAtFirst.residentMb) * 1_000) / plan.count,
      activityWaitP99S: boundOf(bucketsBetween(before.metrics, after.metrics, { name: ACTIVITY_WAIT }), 0.99),
      workflowWaitP99S: boundOf(bucketsBetween(before.metrics, after.metrics, { name: WORKFLOW_WAIT }), 0.99),
      delayMs: summarize(delays),
      lost: plan.count - running - delays.length,
    };
  } finally {
    await worker.kill();
  }
}

async function addOperations(
  { emulator }: BenchEnvironment,
  { count, locations }: FollowedPlan,
): Promise<string[]> {
  await emulator.reset();
  const project = `projects/p${randomUUID().slice(0, 13)}`;
  const names = Array.from(
    { length: count },
    (_, index) => `${project}/locations/l${index % locations}/operations/${index}`,
  );
  for (let from = 0; from < count; from += 500) {
    await emulator.add(names.slice(from, from + 500).map((name) => ({ name })));
  }
  return names;
}

async function look({ serverPid }: BenchEnvironment, worker: BenchWorker) {
  const [metrics, ofWorker, ofServer] = await Promise.all([
    worker.metrics(),
    worker.usage(),
    usageOf(serverPid),
  ]);
  return { at: Date.now(), metrics, worker: ofWorker, server: ofServer };
}

/** Each has had its first look, and no task waits for the worker. */
async function areFollowed(stage: BenchEnvironment, worker: BenchWorker, count: number): Promise<boolean> {
  const gets = sumOf(await worker.metrics(), {
    name: 'google_operation_requests_total',
    labels: { method: 'get' },
  });
  return gets >= count && (await backlog(stage, worker)) === 0;
}

async function backlog({ client }: BenchEnvironment, { taskQueue }: BenchWorker): Promise<number> {
  const ask = async (taskQueueType: 1 | 2): Promise<number> => {
    const { namespace } = client.options;
    const { stats } = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType,
      reportStats: true,
    });
    return Number(stats?.approximateBacklogCount ?? 0);
  };
  const [workflow, activity] = [await ask(1), await ask(2)];
  return workflow + activity;
}

/** Ends operations at random moments of the window's first half. @returns how late each outcome was known, in ms */
async function record(
  { client, emulator }: BenchEnvironment,
  names: readonly string[],
  { windowMs, recordedWithinMs }: FollowedPlan,
): Promise<number[]> {
  const spread = windowMs / 2 / Math.max(1, names.length);
  const delays: number[] = [];
  const ends = names.map(async (name, index) => {
    await delay(index * spread);
    await emulator.complete(name);
    const result = await withTimeout(
      outcome(client, { name }).catch(() => undefined),
      recordedWithinMs,
    );
    const knownAt = Date.now();
    if (result?.outcome !== 'COMPLETED') return;
    const { state } = await emulator.truth(name);
    if (state.phase === 'done') delays.push(knownAt - state.at);
  });
  await Promise.all(ends);
  return delays;
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const stop = new AbortController();
  const late = delay(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}

async function countRunning({ client }: BenchEnvironment, { taskQueue }: BenchWorker): Promise<number> {
  const { count } = await client.workflow.count(`TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`);
  return count;
}

function byMethod(requests: readonly LogEntry[], minutes: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method } of requests) counts[method] = (counts[method] ?? 0) + 1 / minutes;
  return counts;
}
