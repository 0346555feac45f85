import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { startTemporal } from '../../devserver/index.js';
import { workerEnvironment } from '../../devserver/worker-environment.js';
import { WorkerProcess } from '../../devserver/worker-process.js';
import type { Cleanup } from './cleanup.js';
import type { DemoLog } from './log.js';

/** All that the demonstration runs on. */
export interface DemoEnvironment {
  client: Client;
  emulator: Emulator;
  taskQueue: string;
  /** `http://host:port/namespaces/…/workflows` of the Temporal UI. */
  workflowsUrl: string;
  startWorker(): Promise<WorkerProcess>;
}

/** What the stage is built with. */
export interface EnvironmentOptions {
  env: NodeJS.ProcessEnv;
  narrator: DemoLog;
  /** Gets how to end each thing as soon as it is there. */
  closers: Cleanup;
  /** Hears of anything that ends without having been asked to. */
  onFailure: (error: Error) => void;
}

/**
 * Starts Temporal with its UI, and the emulator. Neither looks at `TEMPORAL_ADDRESS`: both are new, and the task queue is
 * one that no other worker polls.
 *
 * @throws {TemporalServerError} where there is no Temporal on this machine and none can be got
 */
export async function createEnvironment({
  env,
  narrator,
  closers,
  onFailure,
}: EnvironmentOptions): Promise<DemoEnvironment> {
  narrator.tell('Temporal', 'starting a server of our own');
  const temporal = await startTemporal({ ui: true, say: (line) => narrator.tell('Temporal', line) });
  closers.add(() => temporal.stop());
  void temporal.exited.then(({ code, signal }) =>
    onFailure(
      new Error(
        `The Temporal server ended unexpectedly (${signal ?? `exit code ${code}`}). Run the demo again.`,
      ),
    ),
  );
  narrator.tell('Temporal', `server ${temporal.version} ready at ${temporal.address}`);
  narrator.tell('Temporal', `UI at ${temporal.uiUrl ?? ''}`);

  const emulator = await startEmulator();
  closers.add(() => emulator.close());
  narrator.tell('Google', `played by an emulator at ${emulator.host}`);

  const connection = await Connection.connect({
    address: temporal.address,
    // A proxy of the environment is not for this machine.
    channelArgs: { 'grpc.enable_http_proxy': 0 },
  });
  closers.add(() => connection.close());
  const { namespace } = temporal;
  const taskQueue = `demo-${randomUUID()}`;
  const workerEnv = workerEnvironment(env, {
    // The user's own profile may hold keys and certificates for a server that is not ours.
    TEMPORAL_CONFIG_FILE: await emptyProfile(),
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: namespace,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
    LOG_LEVEL: 'info',
  });
  return {
    client: new Client({ connection, namespace }),
    emulator,
    taskQueue,
    workflowsUrl: `${temporal.uiUrl ?? ''}/namespaces/${namespace}/workflows`,
    async startWorker() {
      const worker = new WorkerProcess(workerEnv);
      closers.add(() => worker.kill());
      void worker.exited.then(({ reason }) => {
        if (!worker.isEnding) onFailure(new Error(`The worker ended unexpectedly (${reason}).`));
      });
      await worker.ready();
      return worker;
    },
  };
}

// A file without any profile is an error to the SDK.
async function emptyProfile(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'temporal-lro-demo-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'temporal.toml');
  await writeFile(file, '[profile.default]\n');
  return file;
}
