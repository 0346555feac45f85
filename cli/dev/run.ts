import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { createLogger, installRuntime, readWorkerConfig, startWorker } from '../../worker/index.js';
import { freePort, isFree } from '../../devserver/port.js';
import { startTemporal } from '../../devserver/index.js';
import { Cleanup } from './cleanup.js';
import { listenForInterruption } from '../input/ctrl-c.js';
import { say } from '../output/terminal.js';
import { nextSteps, sampleScripts } from './next-steps.js';

/** The flags of `dev`. */
export interface DevFlags {
  emulator?: boolean;
  port?: number;
  uiPort?: number;
  emulatorPort?: number;
  dbFile?: string;
  taskQueue: string;
}

const IP = '127.0.0.1';
const PORTS = { temporal: 7233, ui: 8233, emulator: 8470 };

/** Runs Temporal, a worker and perhaps an emulator until Ctrl-C. @returns 0; 1 where one of them ended by itself */
export async function runDev(flags: DevFlags): Promise<number> {
  const closers = new Cleanup();
  const interruption = listenForInterruption();
  const stopped = interruption.code.then(() => 'stopped' as const);
  try {
    const started = await Promise.race([startAll(flags, closers), stopped]);
    if (started === 'stopped') return await interruption.code;
    const ended = await Promise.race([started.ended, stopped]);
    if (ended === 'stopped') {
      say('\nStopping everything.');
      return 0;
    }
    say(`${ended} ended by itself; stopping the rest.`);
    return 1;
  } finally {
    await closers.close();
    interruption.release();
  }
}

async function startAll(flags: DevFlags, closers: Cleanup): Promise<{ ended: Promise<string> }> {
  say('Starting Temporal.');
  const temporal = await startTemporal({
    port: await portOf(flags.port, PORTS.temporal),
    ui: true,
    uiPort: await portOf(flags.uiPort, PORTS.ui),
    ...(flags.dbFile !== undefined && { dbFile: flags.dbFile }),
    say,
  });
  closers.add(() => temporal.stop());
  const emulator = flags.emulator === true ? await openEmulator(flags) : undefined;
  if (emulator !== undefined) closers.add(() => emulator.close());

  say('Starting the worker.');
  const place = { address: temporal.address, namespace: temporal.namespace };
  const config = {
    ...readWorkerConfig(await workerEnvironment(process.env, emulator)),
    temporal: { ...place, connection: { address: temporal.address } },
    taskQueue: flags.taskQueue,
  };
  const log = await createLogger(config.log);
  await installRuntime(log, config.metrics);
  const worker = await startWorker(config, { log });
  closers.add(() => worker.stop());
  process.stdout.write(
    nextSteps({
      address: temporal.address,
      workflowsUrl: `${temporal.uiUrl ?? ''}/namespaces/${temporal.namespace}/workflows`,
      taskQueue: flags.taskQueue,
      emulatorHost: emulator?.host,
    }),
  );
  say('\nEverything runs until Ctrl-C.');
  const workerEnded = worker.done.then(
    () => 'The worker',
    (error: unknown) => `The worker (${error instanceof Error ? error.message : String(error)})`,
  );
  return { ended: Promise.race([workerEnded, temporal.exited.then(() => 'The Temporal server')]) };
}

/** A port that was asked for must be had; the usual one need not be free. */
async function portOf(asked: number | undefined, usual: number): Promise<number> {
  if (asked !== undefined && asked !== 0) return asked;
  return asked === undefined && (await isFree(IP, usual)) ? usual : freePort(IP);
}

async function openEmulator({ emulatorPort }: DevFlags): Promise<Emulator> {
  const emulator = await startEmulator({ port: await portOf(emulatorPort, PORTS.emulator) });
  for (const script of sampleScripts) emulator.add(script);
  return emulator;
}

/** The environment of a worker that has a Temporal server of its own: what the shell says of another one does not count. */
async function workerEnvironment(
  env: NodeJS.ProcessEnv,
  emulator: Emulator | undefined,
): Promise<NodeJS.ProcessEnv> {
  const kept = Object.entries(env).filter(([name]) => !/^(?:TEMPORAL_|WORKER_)/.test(name));
  const dir = await mkdtemp(join(tmpdir(), 'temporal-lro-dev-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'temporal.toml');
  // A file without any profile is an error to the SDK.
  await writeFile(file, '[profile.default]\n');
  return {
    ...Object.fromEntries(kept),
    TEMPORAL_CONFIG_FILE: file,
    ...(emulator !== undefined && { OPERATIONS_EMULATOR_HOST: emulator.host }),
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn',
  };
}
