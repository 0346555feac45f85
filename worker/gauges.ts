import type { MetricMeter } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { ActivityStats } from '../activities/index.js';
import { workflowTypes } from '../contract/messages.js';

const STATS_EVERY = 5_000;
const COUNT_EVERY = 30_000;

/** Where the gauges read. */
export interface GaugeSources {
  /** How the activities of this process stand. */
  readStats: () => ActivityStats;
  /** How many operations are followed, by whichever worker. */
  countFollowed: () => Promise<number>;
}

/**
 * Sets the gauges of a worker from time to time, until the returned function is called.
 *
 * How many operations are followed is asked of Temporal, for no worker knows: between two looks an operation is held by nobody.
 * While Temporal does not tell, the gauge is NaN.
 */
export function startGauges(meter: MetricMeter, { readStats, countFollowed }: GaugeSources): () => void {
  const held = meter.createGauge(
    'google_operation_attempts_held',
    'int',
    undefined,
    'Attempts of this process that stay and wait, each in an activity slot',
  );
  const waiting = meter.createGauge(
    'google_operation_requests_waiting',
    'int',
    undefined,
    'Requests of this process that wait for their turn under GOOGLE_REQUESTS_PER_MINUTE',
  );
  const followed = meter.createGauge(
    'google_operation_followed',
    'float',
    undefined,
    'Operations followed on this task queue by all workers, as Temporal counts them',
  );

  const sample = (): void => {
    const stats = readStats();
    held.set(stats.waitingAttempts);
    waiting.set(stats.waitingRequests);
  };
  const count = async (): Promise<void> => followed.set(await countFollowed().catch(() => Number.NaN));

  sample();
  void count();
  const timers = [setInterval(sample, STATS_EVERY), setInterval(() => void count(), COUNT_EVERY)];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** The meter of the SDK's runtime, with the labels that the SDK gives to what activities count. */
export function workerMeter(namespace: string, taskQueue: string): MetricMeter {
  return Runtime.instance().metricMeter.withTags({ namespace, taskQueue });
}

/** What Temporal's visibility is asked for the operations that are followed. */
export function followedQuery(taskQueue: string): string {
  const types = [workflowTypes.cancelOperation, workflowTypes.watchOperation].map((type) => `'${type}'`);
  const queue = taskQueue.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `TaskQueue = '${queue}' AND ExecutionStatus = 'Running' AND WorkflowType IN (${types.join(', ')})`;
}
