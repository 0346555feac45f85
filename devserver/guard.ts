import { spawn } from 'node:child_process';

/** Ends a guard, once what it guards has ended by itself. */
export type Release = () => void;

// Our end of the shell's stdin closes when this process ends, however it ends; then the shell ends what it guards.
const SCRIPT = `
read -r _
kill -TERM "$1" 2>/dev/null
i=0
while [ $i -lt 30 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; i=$((i + 1)); done
kill -KILL "$1" 2>/dev/null
`;

/**
 * Sees to it that process `pid` does not outlive this one, not even when this one is killed with SIGKILL. On Windows, which
 * has no `sh`, only an orderly exit is covered.
 */
export function guard(pid: number): Release {
  if (process.platform === 'win32') return guardOnExit(pid);
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Not in our process group: a Ctrl-C at the terminal must not end the guard first.
    detached: true,
  });
  const fallBack: Release[] = [];
  shell.once('error', () => fallBack.push(guardOnExit(pid)));
  shell.stdin.on('error', () => undefined);
  shell.unref();
  unrefStream(shell.stdin);
  return () => {
    shell.kill('SIGKILL');
    for (const release of fallBack) release();
  };
}

/** Lets the process end while a pipe to a child is open. */
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
