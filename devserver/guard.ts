import { spawn } from 'node:child_process';

/** Ends a guard, after the guarded process has ended by itself. */
export type Release = () => void;

// The shell's stdin closes when this process ends, even by SIGKILL; then the shell ends the guarded process.
const SCRIPT = `
read -r _
kill -TERM "$1" 2>/dev/null
i=0
while [ $i -lt 30 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; i=$((i + 1)); done
kill -KILL "$1" 2>/dev/null
`;

/**
 * Ends process `pid` when this process ends, even by SIGKILL. On Windows, which has no `sh`, it works only if
 * this process exits in an orderly way.
 */
export function guard(pid: number): Release {
  if (process.platform === 'win32') return guardOnExit(pid);
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A process group of its own: a Ctrl-C at the terminal must not end the guard first.
    detached: true,
  });
  const fallbacks: Release[] = [];
  shell.once('error', () => fallbacks.push(guardOnExit(pid)));
  shell.stdin.on('error', () => undefined);
  shell.unref();
  unrefStream(shell.stdin);
  return () => {
    shell.kill('SIGKILL');
    for (const release of fallbacks) release();
  };
}

/** Lets this process exit while a pipe to a child is open. */
export function unrefStream(stream: unknown): void {
  (stream as { unref?: () => void }).unref?.();
}

function guardOnExit(pid: number): Release {
  const end = (): void => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', end);
  return () => process.off('exit', end);
}
