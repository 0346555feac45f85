import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 200;
/** A lock without `owner.json` is stale after this time: its owner died before it wrote the file. */
const MAX_OWNERLESS_MS = 10_000;

interface Owner {
  pid: number;
  host: string;
}

export interface LockOptions {
  /** Called once when another process holds the lock. */
  onWait?: (owner: Owner | undefined) => void;
}

/**
 * Runs `work` under a lock between the processes of this machine. The lock of a dead process is taken over.
 * Very rarely, two processes that take over at the same time both get it; `work` must tolerate that.
 *
 * @param dir - the folder that exists while the lock is held.
 */
export async function withLock<T>(dir: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await mkdir(dirname(dir), { recursive: true });
  let waiting = false;
  while (!(await tryAcquire(dir))) {
    const owner = await readOwner(dir);
    if (await isStale(dir, owner)) {
      await release(dir);
      continue;
    }
    if (!waiting) options.onWait?.(owner);
    waiting = true;
    await delay(POLL_INTERVAL_MS);
  }
  try {
    return await work();
  } finally {
    await release(dir);
  }
}

// mkdir is atomic: it creates the folder or fails with EEXIST.
async function tryAcquire(dir: string): Promise<boolean> {
  try {
    await mkdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  const owner: Owner = { pid: process.pid, host: hostname() };
  await writeFile(join(dir, 'owner.json'), JSON.stringify(owner));
  return true;
}

async function readOwner(dir: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, 'owner.json'), 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

async function isStale(dir: string, owner: Owner | undefined): Promise<boolean> {
  if (owner !== undefined) return owner.host === hostname() && !isAlive(owner.pid);
  const stats = await stat(dir).catch(() => undefined);
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

// Renamed first, so that the whole lock disappears at once.
async function release(dir: string): Promise<void> {
  const renamed = `${dir}.${randomUUID()}`;
  try {
    await rename(dir, renamed);
  } catch {
    return;
  }
  await rm(renamed, { recursive: true, force: true });
}
