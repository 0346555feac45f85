import { setTimeout as delay } from 'node:timers/promises';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { ActivityStats } from '../activities/index.js';
import { loadPayloadCodecs } from '../config/payload-codec.js';
import type { WorkerConfig } from '../config/worker-config.js';
import { type ConnectOptions, connectToTemporal } from './connect.js';
import { startGauges } from './gauges.js';
import { readinessCheck } from './readiness.js';
import { workerOptions, type WorkerSettings } from './worker-options.js';
import { WorkerError } from './worker-error.js';

/** A worker that accepts work. */
export type RunningWorker = Awaited<ReturnType<typeof startWorker>>;

/**
 * Starts a worker and returns once it polls for work. Call `installRuntime` first, or the SDK's default
 * runtime is used.
 *
 * @throws {WorkerError} if Temporal cannot be reached or refuses the worker
 * @throws {ConfigError} if the module of `PAYLOAD_CODEC` cannot be loaded
 */
export async function startWorker(config: WorkerConfig, options: ConnectOptions) {
  const payloadCodecs = await loadPayloadCodecs(config.temporal.payloadCodec);
  const connection = await connectToTemporal(config.temporal, options);
  try {
    const { worker, readStats } = await createWorker({ ...config, dataConverter: { payloadCodecs } }, connection);
    const stopGauges = config.metrics && readStats && startGauges(config, connection, readStats);
    const done = runAndClose(worker, connection).finally(stopGauges);
    await Promise.race([waitUntilPolling(worker), done]);
    return {
      connection,
      /** Resolves when the worker has stopped; rejects if it failed or did not stop within eight seconds. */
      done,
      /** Accepts no more work, ends the running attempts, and settles with `done`. */
      async stop(): Promise<void> {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await done;
      },
      /** Whether it accepts work now. */
      readiness: readinessCheck(worker, connection, () => readStats?.().visibilityProblem),
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

async function createWorker(
  config: WorkerConfig & WorkerSettings,
  connection: NativeConnection,
): Promise<{ worker: Worker; readStats?: () => ActivityStats }> {
  let readStats: (() => ActivityStats) | undefined;
  const options = await workerOptions(config, connection, (read) => (readStats = read));
  const { address, namespace } = config.temporal;
  try {
    return { worker: await Worker.create(options), readStats };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/namespace.{0,300}not.?found/is.test(message)) {
      const problem = `Temporal at ${address} has no namespace ${namespace}. Set TEMPORAL_NAMESPACE to an existing one, or create it.`;
      throw new WorkerError('NO_NAMESPACE', problem, { cause });
    }
    if (/permission|unauthenticated|unauthorized/i.test(message)) {
      const problem = `Temporal at ${address} refuses this worker in namespace ${namespace}. Check TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_NAMESPACE.`;
      throw new WorkerError('NOT_ALLOWED', problem, { cause });
    }
    throw new WorkerError('CANNOT_START', `The worker cannot start: ${message}`, { cause });
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
