import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A command line and its working directory. */
export interface Command {
  file: string;
  args: readonly string[];
  cwd?: string;
  /** The whole environment; the process's own by default. */
  env?: NodeJS.ProcessEnv;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A process that was started and may have to be ended. */
export interface Running {
  ended: Promise<Ended>;
  /** Ends it with SIGTERM and waits. */
  stop(): Promise<Ended>;
}

/** The root of the checkout; this file is compiled to dist/test/examples/support. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Starts a process without stdin. It cannot outlive the test: after five minutes it is killed. */
export function start({ file, args, cwd, env }: Command): Running {
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs a process to its end. */
export function run(command: Command): Promise<Ended> {
  return start(command).ended;
}

/** Runs a process that has to exit with 0. @throws with its output if it does not */
export async function demand(command: Command): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  if (code === 0) return stdout;
  throw new Error(`${command.file} ${command.args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
}

/** True if a program is on PATH: it can be started, with any result. */
export async function isThere(file: string, ...args: string[]): Promise<boolean> {
  try {
    return (await run({ file, args })).code === 0;
  } catch {
    return false;
  }
}
