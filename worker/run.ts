import { setTimeout as delay } from 'node:timers/promises';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { ActivityStats } from '../activities/index.js';
import type { WorkerConfig } from '../config/worker-config.js';
import { connectToTemporal } from './connect.js';
import { readRouting, type Routing } from './deployment.js';
import { startGauges, watchedQuery, workerMeter } from './gauges.js';
import type { ReadinessCheck } from './health.js';
import type { Logger } from './log.js';
import { readinessCheck } from './readiness.js';
import { workerOptions } from './worker-options.js';
import { WorkerError } from './worker-error.js';

const COUNT_TIMEOUT_MS = 5_000;

/** A worker that accepts work. */
export interface RunningWorker {
  /** Resolves when the worker has stopped; rejects if it failed or did not stop within eight seconds. */
  readonly done: Promise<void>;
  /** Accepts no more work, ends the running attempts, and settles with `done`. */
  stop(): Promise<void>;
  /** Whether it accepts work now. */
  readonly readiness: ReadinessCheck;
  /** The versions of its deployment that get work; `undefined` if it has no version. */
  routing(): Promise<Routing | undefined>;
}

export interface StartOptions {
  log: Logger;
  /** Stops the attempts to connect. */
  signal?: AbortSignal;
}

/**
 * Starts a worker and returns once it polls for work. Call `installRuntime` first, or the SDK's default
 * runtime is used.
 *
 * @throws {WorkerError} if Temporal cannot be reached or refuses the worker
 * @throws {NotBuiltError} without a workflow bundle
 */
export async function startWorker(config: WorkerConfig, options: StartOptions): Promise<RunningWorker> {
  const connection = await connectToTemporal(config.temporal, options);
  try {
    const { worker, readStats } = await createWorker(config, connection);
    const stopMetrics = config.metrics && readStats && startMetrics(config, connection, readStats);
    const done = runAndClose(worker, connection).finally(stopMetrics);
    await Promise.race([waitUntilPolling(worker), done]);
    return {
      done,
      stop: async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await done;
      },
      readiness: readinessCheck(worker, connection),
      routing: () => readRouting(config, connection),
    };
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
}

async function runAndClose(worker: Worker, connection: NativeConnection): Promise<void> {
  try {
    await worker.run();
  } finally {
    await connection.close();
  }
}

function startMetrics(
  { temporal: { namespace }, taskQueue }: WorkerConfig,
  connection: NativeConnection,
  readStats: () => ActivityStats,
): () => void {
  return startGauges(workerMeter(namespace, taskQueue), {
    readStats,
    countWatched: async () => {
      const query = watchedQuery(taskQueue);
      const { count } = await connection.withDeadline(Date.now() + COUNT_TIMEOUT_MS, () =>
        connection.workflowService.countWorkflowExecutions({ namespace, query }),
      );
      return Number(count);
    },
  });
}

async function createWorker(
  config: WorkerConfig,
  connection: NativeConnection,
): Promise<{ worker: Worker; readStats?: () => ActivityStats }> {
  let readStats: (() => ActivityStats) | undefined;
  const options = workerOptions(config, connection, (read) => (readStats = read));
  const { address, namespace } = config.temporal;
  try {
    return { worker: await Worker.create(options), readStats };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/namespace.*not.?found/is.test(message)) {
      throw new WorkerError(
        'NO_NAMESPACE',
        `Temporal at ${address} has no namespace ${namespace}. Set TEMPORAL_NAMESPACE to an existing one, or create it.`,
        { cause: error },
      );
    }
    if (/permission|unauthenticated|unauthorized/i.test(message)) {
      throw new WorkerError(
        'NOT_ALLOWED',
        `Temporal at ${address} refuses this worker in namespace ${namespace}. Check TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_NAMESPACE.`,
        { cause: error },
      );
    }
    throw new WorkerError('CANNOT_START', `The worker cannot start: ${message}`, { cause: error });
  }
}

async function waitUntilPolling(worker: Worker): Promise<void> {
  for (;;) {
    const { runState, hasOutstandingWorkflowPoll, hasOutstandingActivityPoll } = worker.getStatus();
    if (runState !== 'RUNNING' && runState !== 'INITIALIZED') return;
    if (hasOutstandingWorkflowPoll && hasOutstandingActivityPoll) return;
    await delay(10);
  }
}
