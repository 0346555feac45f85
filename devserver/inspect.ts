import { runCommand } from './command.js';

/** The first server with update-with-start on by default; cancellations are started with it. */
const [MIN_MAJOR, MIN_MINOR] = [1, 28];
const VERSION_TIMEOUT_MS = 10_000;

/** The server version of a usable executable, or the reason why it is not usable. */
export type Inspection = { version: string } | { problem: string };

/** Reads the version of an executable, such as `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
export async function inspectExecutable(path: string): Promise<Inspection> {
  const { code, output, startError } = await runCommand(path, ['--version'], {
    signal: AbortSignal.timeout(VERSION_TIMEOUT_MS),
  });
  if (startError !== undefined) return { problem: `it cannot be run (${startError})` };
  if (code !== 0) {
    return { problem: `temporal --version ended with ${code ?? 'a signal'}${lines(output.slice(-3))}` };
  }
  return parseVersion(output.join('\n'));
}

/** Parses the output of `temporal --version`. */
export function parseVersion(text: string): Inspection {
  const [whole, major, minor] = /server:?\s+v?(\d+)\.(\d+)[\w.-]*/i.exec(text) ?? [];
  if (whole === undefined || major === undefined || minor === undefined) {
    return { problem: `it is not the Temporal CLI: --version answered ${JSON.stringify(text.slice(0, 120))}` };
  }
  const version = whole.replace(/^server:?\s+/i, '');
  const isOlder = Number(major) < MIN_MAJOR || (Number(major) === MIN_MAJOR && Number(minor) < MIN_MINOR);
  return isOlder ? { problem: `its server ${version} is older than ${MIN_MAJOR}.${MIN_MINOR}` } : { version };
}

function lines(output: readonly string[]): string {
  return output.length === 0 ? '' : `: ${output.join(' | ')}`;
}
