import { spawn } from 'node:child_process';
import { OutputTail } from './output-tail.js';

export interface CommandOptions {
  /** The whole environment of the command. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** Aborting ends the command with SIGKILL. */
  signal?: AbortSignal;
}

/** The end of a command. `code` is `undefined` if it could not be started or was ended by a signal. */
export interface CommandResult {
  code: number | undefined;
  /** The last lines of its stdout and stderr. */
  output: string[];
  /** The reason why it could not be started, such as `ENOENT`. */
  startError?: string;
}

/** Runs a command to its end, without a shell and without stdin. Never throws: failures are in the result. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const tail = new OutputTail();
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      env: options.env ?? process.env,
      signal: options.signal,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => tail.add(chunk));
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.name !== 'AbortError') {
        resolve({ code: undefined, output: tail.last(20), startError: error.code ?? error.message });
      }
    });
    child.once('close', (code) => resolve({ code: code ?? undefined, output: tail.last(20) }));
  });
}
