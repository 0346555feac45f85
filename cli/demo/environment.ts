import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { startTemporal } from '../../devserver/index.js';
import type { Cleanup } from '../dev/cleanup.js';
import type { DemoLog } from './log.js';
import { startWorkerProcess, workerEnvironment, type WorkerProcess } from './worker-process.js';

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
  const settings = {
    address: temporal.address,
    namespace,
    taskQueue,
    emulatorHost: emulator.host,
    configFile: await emptyProfile(),
  };
  return {
    client: new Client({ connection, namespace }),
    emulator,
    taskQueue,
    workflowsUrl: `${temporal.uiUrl ?? ''}/namespaces/${namespace}/workflows`,
    startWorker: () =>
      startWorkerProcess(workerEnvironment(env, settings), (worker) => {
        closers.add(() => worker.kill());
        void worker.exited.then((how) => {
          if (!worker.killed) onFailure(new Error(`The worker ended unexpectedly (${how}).`));
        });
      }),
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
