import { setTimeout as delay } from 'node:timers/promises';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { WorkerConfig } from './config.js';
import { connectToTemporal } from './connect.js';
import type { Logger } from './log.js';
import { workerOptions } from './worker-options.js';
import { WorkerError } from './worker-error.js';

const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1;
const CHECK_WITHIN_MS = 1_500;

/** A worker that takes work. */
export interface RunningWorker {
  /** Settles when the worker has stopped; rejects when it failed, or did not stop in eight seconds. */
  readonly done: Promise<void>;
  /** Takes no more work, hands back what is under way, and settles with `done`. */
  stop(): Promise<void>;
  /** Why it does not take work now, or `undefined`. Rejects where Temporal does not answer. */
  notReady(): Promise<string | undefined>;
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
    const worker = await createWorker(config, connection);
    const done = runToEnd(worker, connection);
    await Promise.race([untilPolling(worker), done]);
    return {
      done,
      stop: async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await done;
      },
      notReady: () => notReady(worker, connection),
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

async function createWorker(config: WorkerConfig, connection: NativeConnection): Promise<Worker> {
  const options = workerOptions(config, connection);
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

async function notReady(worker: Worker, connection: NativeConnection): Promise<string | undefined> {
  const state = worker.getState();
  if (state !== 'RUNNING') return `the worker is ${state.toLowerCase()}`;
  const { status } = await connection.withDeadline(Date.now() + CHECK_WITHIN_MS, () =>
    connection.healthService.check({ service: WORKFLOW_SERVICE }),
  );
  return status === SERVING ? undefined : 'Temporal is not serving';
}
