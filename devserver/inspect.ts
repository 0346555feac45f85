import { runCommand } from './command.js';

/** The oldest server that knows update-with-start without a switch, which a cancellation is started with. */
const OLDEST_SERVER = [1, 28] as const;
const TIME_LIMIT_MS = 10_000;

/** What `temporal --version` told: a version that serves, or why the executable does not. */
export type Inspection = { version: string } | { problem: string };

/** Asks an executable for its version, e.g. `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
export async function inspectExecutable(path: string): Promise<Inspection> {
  const { code, output, startError } = await runCommand(path, ['--version'], {
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (startError !== undefined) return { problem: `it cannot be run (${startError})` };
  if (code !== 0) {
    return { problem: `temporal --version ended with ${code ?? 'a signal'}${lines(output.slice(-3))}` };
  }
  return readVersion(output.join('\n'));
}

/** Reads the answer of `temporal --version`. */
export function readVersion(text: string): Inspection {
  const found = /server:?\s+v?(\d+)\.(\d+)[\w.-]*/i.exec(text);
  const [whole, major, minor] = found ?? [];
  if (whole === undefined || major === undefined || minor === undefined) {
    return {
      problem: `it is not the Temporal CLI: --version answered ${JSON.stringify(text.slice(0, 120))}`,
    };
  }
  const version = whole.replace(/^server:?\s+/i, '');
  if (isOlder([Number(major), Number(minor)], OLDEST_SERVER)) {
    return { problem: `its server ${version} is older than ${OLDEST_SERVER.join('.')}` };
  }
  return { version };
}

function isOlder(version: readonly [number, number], than: readonly [number, number]): boolean {
  return version[0] < than[0] || (version[0] === than[0] && version[1] < than[1]);
}

function lines(output: readonly string[]): string {
  return output.length === 0 ? '' : `: ${output.join(' | ')}`;
}
