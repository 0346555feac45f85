import { randomUUID } from 'node:crypto';
import { rm, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { startTemporal } from '../devserver/index.js';
import { NodeProcess } from '../devserver/node-process.js';
import { freePort } from '../devserver/port.js';
import { workerEnvironment } from '../devserver/worker-environment.js';
import { isReady } from '../devserver/worker-process.js';
import { type RemoteEmulator, remoteEmulator } from './emulator.js';
import { parseMetrics, type Sample } from './support/prometheus.js';
import { type Usage, usageOf } from './support/usage.js';

/** A worker of one competitor, with its own process and task queue. */
export interface BenchWorker {
  readonly taskQueue: string;
  /** Its current metrics; the plain worker has none. */
  metrics(): Promise<Sample[]>;
  usage(): Promise<Usage>;
  kill(): Promise<unknown>;
}

/** One Temporal server and one emulator, each in its own process, for all competitors. */
export interface BenchEnvironment {
  readonly client: Client;
  readonly serverVersion: string;
  readonly serverPid: number;
  readonly emulator: RemoteEmulator;
  /** Starts a worker of this project. */
  startWorker(): Promise<BenchWorker>;
  /** Starts a worker of the plain workflow. */
  startPlainWorker(): Promise<BenchWorker>;
  close(): Promise<void>;
}

/** Starts its own servers and ignores `TEMPORAL_ADDRESS`: a production worker must never get a test operation. */
export async function createEnvironment(say: (line: string) => void): Promise<BenchEnvironment> {
  const cleanups: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanups.toReversed()) await cleanUp();
  };
  try {
    const temporal = await startTemporal({ say });
    cleanups.push(() => temporal.stop());
    const emulator = new NodeProcess([pathOf('../cli/main.js'), 'emulator', '--port', '0'], {
      env: workerEnvironment(process.env, {}),
    });
    cleanups.push(() => emulator.kill());
    const emulatorHost = await emulator.waitForLine((line) => /OPERATIONS_EMULATOR_HOST=(\S+)/.exec(line)?.[1]);
    const connection = await Connection.connect({
      address: temporal.address,
      channelArgs: { 'grpc.enable_http_proxy': 0 },
    });
    cleanups.push(() => connection.close());
    const dir = await mkdtemp(join(tmpdir(), 'temporal-lro-bench-'));
    cleanups.push(() => rm(dir, { recursive: true }));
    const profile = join(dir, 'temporal.toml');
    await writeFile(profile, '[profile.default]\n');
    const start = async (path: string): Promise<BenchWorker> => {
      const taskQueue = `bench-${randomUUID()}`;
      const port = await freePort('127.0.0.1');
      const env = workerEnvironment(process.env, {
        TEMPORAL_CONFIG_FILE: profile,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_TASK_QUEUE: taskQueue,
        OPERATIONS_EMULATOR_HOST: emulatorHost,
        METRICS_ADDRESS: `127.0.0.1:${port}`,
        LOG_FORMAT: 'json',
      });
      const worker = new NodeProcess([pathOf(path)], { env });
      cleanups.push(() => worker.kill());
      await worker.waitForLine(isReady);
      return {
        taskQueue,
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
      startWorker: () => start('../worker/main.js'),
      startPlainWorker: () => start('./baselines/plain-worker.js'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
