import { type NativeConnection, Runtime } from '@temporalio/worker';
import type { ActivityStats } from '../activities/index.js';
import { followedQuery } from '../client/followed.js';
import type { WorkerConfig } from '../config/worker-config.js';

const STATS_INTERVAL_MS = 5_000;
const COUNT_INTERVAL_MS = 30_000;
const COUNT_TIMEOUT_MS = 5_000;

/**
 * Updates the gauges of a worker periodically, until the returned function is called. They have the labels
 * that the SDK gives to the metrics of activities.
 *
 * The number of followed operations comes from Temporal, because between two polls no worker has the
 * operation. While Temporal does not answer, that gauge is NaN.
 *
 * @param readStats reads the state of this process's activities
 */
export function startGauges(
  { temporal: { namespace }, taskQueue }: WorkerConfig,
  connection: NativeConnection,
  readStats: () => ActivityStats,
): () => void {
  const meter = Runtime.instance().metricMeter.withTags({ namespace, taskQueue });
  const waitingAttempts = meter.createGauge(
    'google_operation_attempts_waiting',
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
  const followed = meter.createGauge(
    'google_operation_followed',
    'float',
    undefined,
    'Operations followed on this task queue by all workers: running executions, counted by Temporal',
  );

  const sample = (): void => {
    const stats = readStats();
    waitingAttempts.set(stats.waitingAttempts);
    waitingRequests.set(stats.waitingRequests);
  };
  const countFollowed = async (): Promise<number> => {
    const query = followedQuery(taskQueue);
    const { count } = await connection.withDeadline(Date.now() + COUNT_TIMEOUT_MS, () =>
      connection.workflowService.countWorkflowExecutions({ namespace, query }),
    );
    return Number(count);
  };
  const count = async (): Promise<void> => followed.set(await countFollowed().catch(() => Number.NaN));

  sample();
  void count();
  const timers = [setInterval(sample, STATS_INTERVAL_MS), setInterval(() => void count(), COUNT_INTERVAL_MS)];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
