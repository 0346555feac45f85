import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { testTemporal } from '../support/temporal.js';
import { spawnWorker } from '../support/worker-process.js';

/** The peak resident memory of a process in MiB, on Linux. */
function peakMemory(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1_024;
}

it('an idle worker never uses 250 MB of resident memory', { skip: process.platform !== 'linux' }, async (t) => {
  const temporal = await testTemporal();
  t.after(() => temporal.stop());
  const worker = spawnWorker(t, {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TASK_QUEUE: `memory-${randomUUID()}`,
    OPERATIONS_EMULATOR_HOST: '127.0.0.1:1',
  });
  await worker.ready();
  const peak = peakMemory(worker.pid);
  assert.ok(peak < 238, `${peak} MiB`);
});
