import { setTimeout as delay } from 'node:timers/promises';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { ActivityDeps, ActivityStats } from '../activities/index.js';
import type { WorkerConfig } from '../config/worker-config.js';
import { connectToTemporal } from './connect.js';
import { type Routing, routingOf } from './deployment.js';
import { followedQuery, startGauges, workerMeter } from './gauges.js';
import type { ReadinessCheck } from './health.js';
import type { Logger } from './log.js';
import { readinessCheck } from './readiness.js';
import { workerOptions } from './worker-options.js';
import { WorkerError } from './worker-error.js';

const COUNT_WITHIN_MS = 5_000;

/** A worker that takes work. */
export interface RunningWorker {
  /** Settles when the worker has stopped; rejects when it failed, or did not stop in eight seconds. */
  readonly done: Promise<void>;
  /** Takes no more work, hands back what is under way, and settles with `done`. */
  stop(): Promise<void>;
  /** Whether it takes work now. */
  readonly readiness: ReadinessCheck;
  /** Which version of its deployment gets work, or `undefined` where Temporal knows no such deployment. */
  routing(): Promise<Routing | undefined>;
}

export interface StartOptions {
  log: Logger;
  /** Gives up the start. */
  signal?: AbortSignal;
}

/**
 * Starts a worker, and returns once it polls for work. The SDK's runtime is installed before (see `installRuntime`), or is
 * the default one.
 *
 * @throws {WorkerError} where Temporal cannot be reached or refuses the worker @throws {NotBuiltError} without a bundle
 */
export async function startWorker(config: WorkerConfig, options: StartOptions): Promise<RunningWorker> {
  const connection = await connectToTemporal(config.temporal, options);
  try {
    const standing: { read?: () => ActivityStats } = {};
    const worker = await createWorker(config, connection, (read) => {
      standing.read = read;
    });
    const stopGauges = config.metrics && standing.read && observe(config, connection, standing.read);
    const done = runToEnd(worker, connection).finally(stopGauges);
    await Promise.race([untilPolling(worker), done]);
    return {
      done,
      stop: async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await done;
      },
      readiness: readinessCheck(worker, connection),
      routing: () => routingOf(config, connection),
    };
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
}

async function runToEnd(worker: Worker, connection: NativeConnection): Promise<void> {
  try {
    await worker.run();
  } finally {
    await connection.close();
  }
}

function observe(
  { temporal: { namespace }, taskQueue }: WorkerConfig,
  connection: NativeConnection,
  readStats: () => ActivityStats,
): () => void {
  return startGauges(workerMeter(namespace, taskQueue), {
    readStats,
    countFollowed: async () => {
      const query = followedQuery(taskQueue);
      const { count } = await connection.withDeadline(Date.now() + COUNT_WITHIN_MS, () =>
        connection.workflowService.countWorkflowExecutions({ namespace, query }),
      );
      return Number(count);
    },
  });
}

async function createWorker(
  config: WorkerConfig,
  connection: NativeConnection,
  observe: ActivityDeps['onStats'],
): Promise<Worker> {
  const options = workerOptions(config, connection, observe);
  const { address, namespace } = config.temporal;
  try {
    return await Worker.create(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (/namespace.*not.?found/is.test(why)) {
      throw new WorkerError(
        'NO_NAMESPACE',
        `Temporal at ${address} has no namespace ${namespace}. Set TEMPORAL_NAMESPACE to one that it has, or create it.`,
        { cause: error },
      );
    }
    if (/permission|unauthenticated|unauthorized/i.test(why)) {
      throw new WorkerError(
        'NOT_ALLOWED',
        `Temporal at ${address} refuses this worker in namespace ${namespace}. Check TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_NAMESPACE.`,
        { cause: error },
      );
    }
    throw new WorkerError('CANNOT_START', `The worker cannot start: ${why}`, { cause: error });
  }
}

async function untilPolling(worker: Worker): Promise<void> {
  for (;;) {
    const { runState, hasOutstandingWorkflowPoll, hasOutstandingActivityPoll } = worker.getStatus();
    if (runState !== 'RUNNING' && runState !== 'INITIALIZED') return;
    if (hasOutstandingWorkflowPoll && hasOutstandingActivityPoll) return;
    await delay(10);
  }
}
