import { execFile } from 'node:child_process';

const MAX_OUTPUT_BYTES = 2 ** 24;

/** The end of a command. `code` is `undefined` if it could not be started or was ended by a signal. */
interface CommandResult {
  code: number | undefined;
  /** The last 20 lines of its stdout and stderr that are not blank. */
  output: string[];
  /** The reason why it could not be started, such as `ENOENT`. */
  startError?: string;
}

/**
 * Runs a command to its end, without a shell. Aborting `signal` ends it with SIGKILL. Never throws: failures are in the
 * result.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
): Promise<CommandResult> {
  const fixed = { killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true } as const;
  return new Promise((resolve) => {
    const child = execFile(file, args, { ...options, ...fixed }, (error, stdout, stderr) => {
      const lines = `${stdout}\n${stderr}`.split(/\r?\n/).filter((line) => line.trim() !== '');
      const output = lines.slice(-20);
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, output });
      else if (child.pid === undefined) resolve({ code: undefined, output, startError: code ?? error?.message });
      else resolve({ code: undefined, output });
    });
    child.stdin?.destroy();
  });
}
