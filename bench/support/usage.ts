import { readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** Reads a process's resident memory, now and at its peak in MB of 10^6 bytes, and processor time from Linux's `/proc`. */
export async function usageOf(pid: number) {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  const field = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
  // The second field is the name in parentheses, which may contain spaces; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { residentMb: field('VmRSS'), peakMb: field('VmHWM'), cpuSeconds: ticks / TICKS_PER_SECOND };
}
