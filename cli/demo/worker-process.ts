import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { guard } from '../../devserver/guard.js';

/** Where a worker finds its work, and its Google. */
export interface WorkerSettings {
  address: string;
  namespace: string;
  taskQueue: string;
  emulatorHost: string;
  /** A Temporal profile file, to be read instead of the user's own. */
  configFile: string;
}

/** A worker in a process of its own, which takes work. */
export interface WorkerProcess {
  readonly pid: number;
  /** Settles when it has ended, with how: its signal, or its exit code and last words. */
  readonly exited: Promise<string>;
  /** Whether its end was asked for. */
  readonly killed: boolean;
  /** Ends it with SIGKILL: nothing is handed back. */
  kill(): Promise<void>;
}

const SETTINGS =
  /^(?:TEMPORAL_|GOOGLE_|WORKER_|LOG_)|^(?:ALLOWED_OPERATIONS|OPERATIONS_EMULATOR_HOST|HEALTH_ADDRESS|METRICS_ADDRESS)$/;

/** An environment in which a worker has these settings, and nothing of what somebody set for a worker of theirs. */
export function workerEnvironment(env: NodeJS.ProcessEnv, settings: WorkerSettings): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !SETTINGS.test(name));
  return {
    ...Object.fromEntries(kept),
    // The user's own profile may hold keys and certificates for a server that is not ours.
    TEMPORAL_CONFIG_FILE: settings.configFile,
    TEMPORAL_ADDRESS: settings.address,
    TEMPORAL_NAMESPACE: settings.namespace,
    TEMPORAL_TASK_QUEUE: settings.taskQueue,
    OPERATIONS_EMULATOR_HOST: settings.emulatorHost,
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
  };
}

/**
 * Starts a worker, and returns when it takes work. It never outlives this process, however that ends.
 *
 * @param onSpawn gets the process at once, to end it where the wait is given up
 * @throws Error that says how it ended, where it ended before
 */
export async function startWorkerProcess(
  env: NodeJS.ProcessEnv,
  onSpawn: (worker: WorkerProcess) => void,
): Promise<WorkerProcess> {
  const main = fileURLToPath(new URL('../../worker/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C at the terminal is for the demonstration, which ends its worker itself.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const { pid } = child;
  const release = pid === undefined ? () => undefined : guard(pid);
  let lastWords = '';
  let killed = false;
  const exited = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      release();
      resolve(how);
    };
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}: ${lastWords}`));
    child.once('error', (error) => end(error.message));
  });
  const ready = new Promise<'ready'>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastWords = messageOf(line);
      if (lastWords === 'ready') resolve('ready');
    });
  });
  const worker: WorkerProcess = {
    pid: pid ?? -1,
    exited,
    get killed() {
      return killed;
    },
    async kill() {
      killed = true;
      child.kill('SIGKILL');
      await exited;
    },
  };
  onSpawn(worker);
  const first = await Promise.race([ready, exited]);
  if (first === 'ready') return worker;
  throw new Error(`The worker ended before it took work (${first}).`);
}

function messageOf(line: string): string {
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line;
  }
}
