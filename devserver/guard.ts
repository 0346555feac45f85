import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

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
 *
 * @returns a function that ends the guard, to be called when the guarded process has ended
 */
export function guard(pid: number): () => void {
  if (process.platform === 'win32') return guardOnExit(pid);
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A process group of its own: a Ctrl-C at the terminal must not end the guard first.
    detached: true,
  });
  const fallbacks: (() => void)[] = [];
  shell.once('error', () => fallbacks.push(guardOnExit(pid)));
  shell.stdin.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => {
    shell.kill('SIGKILL');
    for (const release of fallbacks) release();
  };
}

function guardOnExit(pid: number): () => void {
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
