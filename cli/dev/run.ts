import { startTemporal } from '../../devserver/index.js';
import { freePort, isFree } from '../../devserver/port.js';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { createLogger, installRuntime, readWorkerConfig, startWorker } from '../../worker/index.js';
import { errorMessage } from '../command-error.js';
import { EXIT_ERROR } from '../exit-code.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { say } from '../output/terminal.js';
import { Cleanup } from '../../devserver/cleanup.js';
import { writeEmptyProfile } from '../../devserver/empty-profile.js';
import { nextSteps, sampleScripts } from './next-steps.js';

/** The flags of `dev`. */
export interface DevFlags {
  emulator?: boolean;
  port?: number;
  uiPort?: number;
  httpPort?: number;
  emulatorPort?: number;
  dbFile?: string;
  taskQueue: string;
}

const IP = '127.0.0.1';
const DEFAULT_PORTS = { temporal: 7233, ui: 8233, http: 7243, emulator: 8470 };

/**
 * Runs Temporal, a worker and perhaps an emulator until Ctrl-C.
 *
 * @returns the exit code: 0 after Ctrl-C, 130 if it came before all had started, 1 if one of them ended by itself
 */
export async function runDev(flags: DevFlags): Promise<number> {
  const cleanup = new Cleanup();
  const ctrlC = listenForCtrlC();
  try {
    const services = await Promise.race([startAll(flags, cleanup), ctrlC.exitCode]);
    if (typeof services === 'number') return services;
    const ended = await Promise.race([services.firstEnded, ctrlC.exitCode]);
    if (typeof ended === 'number') {
      say('\nStopping everything.');
      return 0;
    }
    say(`${ended} ended by itself; stopping the rest.`);
    return EXIT_ERROR;
  } finally {
    await cleanup.run();
  }
}

/** Starts everything; `firstEnded` settles with the name of the first that ends by itself. */
async function startAll(flags: DevFlags, cleanup: Cleanup): Promise<{ firstEnded: Promise<string> }> {
  say('Starting Temporal.');
  const temporal = await startTemporal({
    port: await choosePort(flags.port, DEFAULT_PORTS.temporal),
    ui: true,
    uiPort: await choosePort(flags.uiPort, DEFAULT_PORTS.ui),
    httpPort: await choosePort(flags.httpPort, DEFAULT_PORTS.http),
    dbFile: flags.dbFile,
    say,
  });
  cleanup.add(() => temporal.stop());
  const emulator = flags.emulator === true ? await startSampleEmulator(flags) : undefined;
  if (emulator !== undefined) cleanup.add(() => emulator.close());

  say('Starting the worker.');
  const { address, namespace } = temporal;
  const config = {
    ...readWorkerConfig(await environmentOfWorker(process.env, emulator)),
    temporal: { address, namespace, connection: { address } },
    taskQueue: flags.taskQueue,
  };
  const log = await createLogger(config.log);
  cleanup.add(await installRuntime(log, config.metrics, config.telemetry));
  const worker = await startWorker(config, { log });
  cleanup.add(() => worker.stop());
  process.stdout.write(
    nextSteps({
      address,
      httpUrl: temporal.httpUrl ?? '',
      workflowsUrl: `${temporal.uiUrl ?? ''}/namespaces/${namespace}/workflows`,
      taskQueue: flags.taskQueue,
      emulatorHost: emulator?.host,
    }),
  );
  say('\nEverything runs until Ctrl-C.');
  const workerEnded = worker.done.then(
    () => 'The worker',
    (error: unknown) => `The worker (${errorMessage(error)})`,
  );
  return { firstEnded: Promise.race([workerEnded, temporal.exited.then(() => 'The Temporal server')]) };
}

/** The port that was asked for, taken or not; else the default one, or a free one if that is taken. */
async function choosePort(port: number | undefined, defaultPort: number): Promise<number> {
  if (port !== undefined && port !== 0) return port;
  return port === undefined && (await isFree(IP, defaultPort)) ? defaultPort : freePort(IP);
}

async function startSampleEmulator({ emulatorPort }: DevFlags): Promise<Emulator> {
  const emulator = await startEmulator({ port: await choosePort(emulatorPort, DEFAULT_PORTS.emulator) });
  for (const script of sampleScripts()) emulator.add(script);
  return emulator;
}

/**
 * The environment for the worker: without `TEMPORAL_*` and `WORKER_*`, which are for a worker of another server. With the
 * emulator it may call every service.
 */
async function environmentOfWorker(env: NodeJS.ProcessEnv, emulator: Emulator | undefined): Promise<NodeJS.ProcessEnv> {
  const others = Object.entries(env).filter(([name]) => !/^(?:TEMPORAL_|WORKER_)/.test(name));
  return {
    ...(emulator !== undefined && { GOOGLE_SERVICES: '*' }),
    ...Object.fromEntries(others),
    TEMPORAL_CONFIG_FILE: await writeEmptyProfile(),
    ...(emulator !== undefined && { OPERATIONS_EMULATOR_HOST: emulator.host }),
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn',
  };
}
