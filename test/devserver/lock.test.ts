import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { withLock } from '../../devserver/lock.js';

let root: string;
let lock: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-'));
  lock = join(root, 'deep', 'one.lock');
});
afterEach(() => rm(root, { recursive: true }));

async function leaveLock(owner: { pid: number; host: string } | undefined): Promise<void> {
  await mkdir(dirname(lock), { recursive: true });
  await writeFile(lock, owner === undefined ? '' : JSON.stringify(owner));
}

const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock between processes', () => {
  it('is held by one at a time, and by the next after the first has failed', async () => {
    let inside = 0;
    const work = (fail: boolean) => async (): Promise<void> => {
      assert.equal(++inside, 1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (fail) throw new Error('intended');
    };
    const ends = await Promise.allSettled([true, false, false].map((fail) => withLock(lock, work(fail))));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
    assert.equal(existsSync(lock), false);
  });

  it('is taken over from a dead owner', async () => {
    await leaveLock({ pid: deadPid(), host: hostname() });
    assert.equal(await withLock(lock, async () => 'in'), 'in');
  });

  it('is taken over if its owner died before it wrote its process id', async () => {
    await leaveLock(undefined);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    assert.equal(await withLock(lock, async () => 'in'), 'in');
  });

  it('is waited for while its owner is alive, and names the owner', async () => {
    await leaveLock({ pid: process.ppid, host: hostname() });
    let waitsFor: number | undefined;
    const result = await withLock(
      lock,
      async () => 'in',
      (pid) => {
        waitsFor = pid;
        void rm(lock);
      },
    );
    assert.equal(result, 'in');
    assert.equal(waitsFor, process.ppid);
  });
});
