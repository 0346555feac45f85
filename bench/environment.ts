import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Cleanup } from '../devserver/cleanup.js';
import { writeEmptyProfile } from '../devserver/empty-profile.js';
import { startTemporal } from '../devserver/index.js';
import { GuardedProcess } from '../devserver/guarded-process.js';
import { freePort } from '../devserver/port.js';
import { workerEnvironment } from '../devserver/worker-environment.js';
import { isReady } from '../devserver/worker-process.js';
import { remoteEmulator } from './emulator.js';
import { parseMetrics } from './support/prometheus.js';
import { usageOf } from './support/usage.js';

export type BenchEnvironment = Awaited<ReturnType<typeof createEnvironment>>;

/** A worker of one competitor, with its own process and task queue. */
export type BenchWorker = Awaited<ReturnType<BenchEnvironment['startWorker']>>;

/**
 * Starts one Temporal server and one emulator, each in its own process, for all competitors. `TEMPORAL_ADDRESS` is
 * ignored: a production worker must never get a test operation.
 */
export async function createEnvironment(say: (line: string) => void) {
  const cleanup = new Cleanup();
  try {
    const temporal = await startTemporal({ say });
    cleanup.add(() => temporal.stop());
    const emulator = new GuardedProcess(process.execPath, [pathOf('../cli/main.js'), 'emulator', '--port', '0'], {
      env: workerEnvironment(process.env, {}),
    });
    cleanup.add(() => emulator.kill());
    const emulatorHost = await emulator.waitForLine((line) => /OPERATIONS_EMULATOR_HOST=(\S+)/.exec(line)?.[1]);
    const connection = await Connection.connect({
      address: temporal.address,
      channelArgs: { 'grpc.enable_http_proxy': 0 },
    });
    cleanup.add(() => connection.close());
    const profile = await writeEmptyProfile();
    const start = async (path: string, taskQueue = `bench-${randomUUID()}`) => {
      const [port, healthPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
      const env = workerEnvironment(process.env, {
        TEMPORAL_CONFIG_FILE: profile,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_TASK_QUEUE: taskQueue,
        OPERATIONS_EMULATOR_HOST: emulatorHost,
        METRICS_ADDRESS: `127.0.0.1:${port}`,
        HEALTH_ADDRESS: `127.0.0.1:${healthPort}`,
        LOG_FORMAT: 'json',
      });
      const worker = new GuardedProcess(process.execPath, [pathOf(path)], { env });
      cleanup.add(() => worker.kill());
      await worker.waitForLine(isReady);
      return {
        taskQueue,
        healthUrl: `http://127.0.0.1:${healthPort}/healthz`,
        /** Its current metrics; the plain worker has none. */
        async metrics() {
          const response = await fetch(`http://127.0.0.1:${port}/metrics`);
          return parseMetrics(await response.text());
        },
        usage: () => usageOf(worker.pid),
        kill: () => worker.kill(),
      };
    };
    return {
      client: new Client({ connection, namespace: temporal.namespace }),
      serverVersion: temporal.version,
      serverPid: temporal.pid,
      emulator: remoteEmulator(emulatorHost),
      /** @param taskQueue that of another worker, to share its work; by default a queue of its own */
      startWorker: (taskQueue?: string) => start('../worker/main.js', taskQueue),
      startPlainWorker: () => start('./baselines/plain-worker.js'),
      close: () => cleanup.run(),
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
