import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));

/** A `temporal-lro` that runs, as a process. */
export interface RunningCommand {
  child: ChildProcess;
  /** Everything it wrote so far. */
  written: { stdout: string; stderr: string };
  /** How it ended: its exit code, or its signal. */
  ended: Promise<number | NodeJS.Signals | null>;
  /** Waits until a stream holds a text. @throws Error where the command ends before */
  saw(stream: 'stdout' | 'stderr', text: string): Promise<void>;
}

/** Starts the built command, its output piped. `env` goes over the environment of the test. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      written[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const saw = async (stream: 'stdout' | 'stderr', text: string): Promise<void> => {
    const seen = new Promise<'seen'>((resolve) => {
      const look = (): void => {
        if (written[stream].includes(text)) resolve('seen');
      };
      listeners.add(look);
      look();
    });
    const first = await Promise.race([seen, ended]);
    if (first !== 'seen')
      throw new Error(`It ended with ${String(first)} before "${text}":\n${written.stderr}`);
  };
  return { child, written, ended, saw };
}

/** Runs the built command to its end. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { ended, written } = start(args, env);
  return { code: await ended, ...written };
}
