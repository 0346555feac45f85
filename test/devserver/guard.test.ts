import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

const MODULE = new URL('../../devserver/guard.js', import.meta.url).href;

// Starts a process that would outlive its parent by a minute, guards it, and prints its pid.
const PARENT = `
  import { spawn } from 'node:child_process';
  const { guard } = await import(${JSON.stringify(MODULE)});
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  guard(child.pid);
  console.log(child.pid);
  setInterval(() => undefined, 1_000);
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the guard', () => {
  it('ends the guarded process when its parent is killed', async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(chunk.toString());
    try {
      assert.ok(isAlive(pid));
      parent.kill('SIGKILL');
      const deadline = Date.now() + 60_000;
      while (isAlive(pid) && Date.now() < deadline) await delay(20);
      assert.equal(isAlive(pid), false);
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});
