import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));

/** A running `temporal-lro` process. */
export interface RunningCommand {
  child: ChildProcess;
  /** Everything that it has written so far. */
  written: { stdout: string; stderr: string };
  /** Settles when it ends, with its exit code or its signal. */
  ended: Promise<number | NodeJS.Signals | null>;
  /** Waits until a stream contains a text. @throws Error if the command ends before */
  waitFor(stream: 'stdout' | 'stderr', text: string): Promise<void>;
}

/** Starts the built command with its output piped; `env` overrides the environment of the test; `input` is its stdin. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}, input?: string): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, npm_command: undefined, npm_config_user_agent: undefined, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that does not read its stdin may end before.
  child.stdin.on('error', () => undefined).end(input);
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
  const waitFor = async (stream: 'stdout' | 'stderr', text: string): Promise<void> => {
    const found = new Promise<'found'>((resolve) => {
      const check = (): void => {
        if (written[stream].includes(text)) resolve('found');
      };
      listeners.add(check);
      check();
    });
    const first = await Promise.race([found, ended]);
    if (first !== 'found') throw new Error(`It ended with ${String(first)} before "${text}":\n${written.stderr}`);
  };
  return { child, written, ended, waitFor };
}

/** Runs the built command to its end. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, input?: string) {
  const { ended, written } = start(args, env, input);
  return { code: await ended, ...written };
}
