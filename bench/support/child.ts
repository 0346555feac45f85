import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { guard } from '../../devserver/guard.js';
import { type Usage, usageOf } from './usage.js';

/** A Node program that runs beside this one, and never longer. */
export interface Child<T> {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: T;
  usage(): Promise<Usage>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/**
 * Starts a Node program, and waits until a line of its stdout or stderr says that it is ready.
 *
 * @param isReady what a line says of that; `undefined` where it is any other
 * @throws Error with its last line, where it ends before
 */
export async function startChild<T>(
  program: readonly string[],
  env: NodeJS.ProcessEnv,
  isReady: (line: string) => T | undefined,
): Promise<Child<T>> {
  const child = spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? -1;
  const release = guard(pid);
  let lastLine = '';
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      release();
      resolve();
    });
  });
  const ready = new Promise<T>((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        lastLine = line;
        const said = isReady(line);
        if (said !== undefined) resolve(said);
      });
    }
  });
  const ended = exited.then(() => {
    throw new Error(`${program.join(' ')} ended before it was ready: ${lastLine}`);
  });
  // Nobody asks for its failure once it was ready.
  ended.catch(() => undefined);
  return {
    pid,
    ready: await Promise.race([ready, ended]),
    usage: () => usageOf(pid),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const SETTINGS =
  /^(?:TEMPORAL_|GOOGLE_|WORKER_|LOG_)|^(?:ALLOWED_OPERATIONS|OPERATIONS_EMULATOR_HOST|HEALTH_ADDRESS|METRICS_ADDRESS)$/;

/** This process's environment without anything that somebody set for a worker of theirs. */
export function cleanEnvironment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !SETTINGS.test(name));
  return { ...Object.fromEntries(kept), ...more };
}
