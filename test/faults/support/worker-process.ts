import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { guard } from '../../../devserver/guard.js';

const MAIN = fileURLToPath(new URL('../../../worker/main.js', import.meta.url));

/** The real worker in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves when it takes work: with `true`, or with `false` where it ended before. */
  readonly ready: Promise<boolean>;
  /** Settles when it has ended, with its signal, or its exit code and last words. */
  readonly exited: Promise<string>;
  /** Whether its end was asked for. */
  readonly asked: boolean;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts a worker. It never outlives this process, however that ends. */
export function startWorkerProcess(env: Record<string, string>): WorkerProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C at the terminal is for the run, which ends its workers itself.
    detached: process.platform !== 'win32',
  });
  const { pid } = child;
  const release = pid === undefined ? () => undefined : guard(pid);
  let asked = false;
  let lastWords = '';
  const { promise: ready, resolve: sayReady } = deferred();
  const exited = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      release();
      sayReady(false);
      resolve(how);
    };
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}: ${lastWords}`));
    child.once('error', (error) => end(error.message));
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords = line.slice(0, 1_000);
    if (/"msg":"ready"/.test(line)) sayReady(true);
  });
  return {
    pid: pid ?? -1,
    ready,
    exited,
    get asked() {
      return asked;
    },
    async end(signal) {
      asked = true;
      child.kill(signal);
      await exited;
    },
  };
}

function deferred(): { promise: Promise<boolean>; resolve: (value: boolean) => void } {
  let resolve: ((value: boolean) => void) | undefined;
  const promise = new Promise<boolean>((settle) => (resolve = settle));
  return { promise, resolve: (value) => resolve?.(value) };
}
