import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 200;
/** An empty lock is stale after this time: its owner died before it wrote its process id. */
const MAX_OWNERLESS_MS = 10_000;

interface Owner {
  pid: number;
  host: string;
}

/**
 * Runs `work` under a lock between the processes of this machine. The lock of a dead process is taken over.
 * Very rarely, two processes that take over at the same time both get it; `work` must tolerate that.
 *
 * @param file exists while the lock is held, and names its owner
 * @param onWait called once when another process holds the lock, with its id if that is known
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait?: (pid: number | undefined) => void,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let isWaiting = false;
  while (!(await tryAcquire(file))) {
    const owner = await readOwner(file);
    if (await isStale(file, owner)) await rm(file, { force: true });
    else {
      if (!isWaiting) onWait?.(owner?.pid);
      isWaiting = true;
      await delay(POLL_INTERVAL_MS);
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryAcquire(file: string): Promise<boolean> {
  const owner: Owner = { pid: process.pid, host: hostname() };
  try {
    await writeFile(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

async function isStale(file: string, owner: Owner | undefined): Promise<boolean> {
  if (owner !== undefined) return owner.host === hostname() && !isAlive(owner.pid);
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > MAX_OWNERLESS_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process is alive and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
