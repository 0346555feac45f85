import type { MetricMeter } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { ActivityStats } from '../activities/index.js';
import { workflowTypes } from '../contract/messages.js';

const STATS_INTERVAL_MS = 5_000;
const COUNT_INTERVAL_MS = 30_000;

/** The sources of the gauges. */
export interface GaugeSources {
  /** Reads the state of this process's activities. */
  readStats: () => ActivityStats;
  /** Counts the operations that are watched, by all workers. */
  countWatched: () => Promise<number>;
}

/**
 * Updates the gauges of a worker periodically, until the returned function is called.
 *
 * The number of watched operations comes from Temporal, because between two polls no worker has the
 * operation. While Temporal does not answer, that gauge is NaN.
 */
export function startGauges(meter: MetricMeter, { readStats, countWatched }: GaugeSources): () => void {
  const waitingAttempts = meter.createGauge(
    'google_operation_attempts_held',
    'int',
    undefined,
    'Activity attempts of this process that hold an activity slot while they wait between polls',
  );
  const waitingRequests = meter.createGauge(
    'google_operation_requests_waiting',
    'int',
    undefined,
    'Requests of this process that GOOGLE_REQUESTS_PER_MINUTE delays now',
  );
  const watched = meter.createGauge(
    'google_operation_followed',
    'float',
    undefined,
    'Operations watched on this task queue by all workers: running executions, counted by Temporal',
  );

  const sample = (): void => {
    const stats = readStats();
    waitingAttempts.set(stats.waitingAttempts);
    waitingRequests.set(stats.waitingRequests);
  };
  const count = async (): Promise<void> => watched.set(await countWatched().catch(() => Number.NaN));

  sample();
  void count();
  const timers = [setInterval(sample, STATS_INTERVAL_MS), setInterval(() => void count(), COUNT_INTERVAL_MS)];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** The meter of the SDK's runtime, with the labels that the SDK gives to the metrics of activities. */
export function workerMeter(namespace: string, taskQueue: string): MetricMeter {
  return Runtime.instance().metricMeter.withTags({ namespace, taskQueue });
}

/** The visibility query for the operations that are watched on a task queue. */
export function watchedQuery(taskQueue: string): string {
  const types = [workflowTypes.cancelOperation, workflowTypes.watchOperation].map((type) => `'${type}'`);
  const queue = taskQueue.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `TaskQueue = '${queue}' AND ExecutionStatus = 'Running' AND WorkflowType IN (${types.join(', ')})`;
}
