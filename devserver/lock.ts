import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;
/** A lock without an owner's name is one whose owner died between two lines, or is about to write its name. */
const NAMELESS_MS = 10_000;

interface Owner {
  pid: number;
  host: string;
}

export interface LockOptions {
  /** Called once when another process holds the lock. */
  onWait?: (owner: Owner | undefined) => void;
}

/**
 * Runs `work` while no other process on this machine does under the same lock folder. A lock whose owner is dead is
 * taken over. Taking one over from two processes at once can, very rarely, let both in; the work must bear that.
 */
export async function withLock<T>(
  dir: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await mkdir(dirname(dir), { recursive: true });
  let waiting = false;
  while (!(await take(dir))) {
    const owner = await readOwner(dir);
    if (await isStale(dir, owner)) {
      await discard(dir);
      continue;
    }
    if (!waiting) options.onWait?.(owner);
    waiting = true;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await discard(dir);
  }
}

// mkdir is atomic: it makes the folder or says that it is there.
async function take(dir: string): Promise<boolean> {
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
  const made = await stat(dir).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > NAMELESS_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// Renamed first, so that the lock is gone at once and not file by file.
async function discard(dir: string): Promise<void> {
  const aside = `${dir}.${randomUUID()}`;
  try {
    await rename(dir, aside);
  } catch {
    return;
  }
  await rm(aside, { recursive: true, force: true });
}
