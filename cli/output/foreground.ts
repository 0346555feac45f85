import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Whether the shell lets this process use its terminal: false for a background job (`&`, or after Ctrl-Z and `bg`), and
 * for that alone. It can change at any time.
 */
export function isForeground(): boolean {
  try {
    const [group, foregroundGroup] = process.platform === 'linux' ? groupsOfProc() : groupsOfPs();
    return group === foregroundGroup || foregroundGroup === undefined || Number(foregroundGroup) <= 0;
  } catch {
    // Windows has no such thing.
    return true;
  }
}

/** The process group, and that in the foreground of the terminal. proc_pid_stat(5): pgrp and tpgid, fields 5 and 8. */
function groupsOfProc(): (string | undefined)[] {
  // The name of the program, in parentheses, may contain anything.
  const fields = readFileSync('/proc/self/stat', 'latin1').replace(/^.*\)/s, '').trim().split(' ');
  return [fields[2], fields[5]];
}

function groupsOfPs(): string[] {
  const args = ['-o', 'pgid=,tpgid=', '-p', String(process.pid)];
  return execFileSync('ps', args, { encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore'], timeout: 1_000 })
    .trim()
    .split(/\s+/);
}
