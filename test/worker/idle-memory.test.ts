import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { testTemporal } from '../support/temporal.js';
import { WorkerProcess } from './support/worker-process.js';

/** The most that it ever had, in MiB, by Linux. */
function peakOf(pid: number | undefined): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1_024;
}

it(
  'a worker that waits for work has never had 250 MB of resident memory',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const temporal = await testTemporal();
    t.after(() => temporal.stop());
    const worker = new WorkerProcess(t, {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: `memory-${process.pid}-${Date.now()}`,
      OPERATIONS_EMULATOR_HOST: '127.0.0.1:1',
    });
    await worker.logged(/^ready/);
    const peak = peakOf(worker.child.pid);
    assert.ok(peak < 238, `${peak} MiB`);
  },
);
