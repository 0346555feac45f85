import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { startEmulator } from '../../emulator/index.js';
import type { Readiness } from '../../worker/health.js';
import { startTemporal } from '../../devserver/index.js';
import { freePort } from '../../devserver/port.js';
import { testTemporal } from '../support/temporal.js';
import { until, WorkerProcess } from './support/worker-process.js';

async function readiness(base: string): Promise<Readiness & { status: number }> {
  const response = await fetch(`${base}/readyz`);
  return { status: response.status, ...((await response.json()) as Readiness) };
}

async function isAlive(base: string): Promise<boolean> {
  return (await fetch(`${base}/healthz`)).status === 200;
}

describe('the probes of a worker process', () => {
  it('find it alive and not ready while Temporal is away, and ready when it is back', async (t) => {
    const port = await freePort('127.0.0.1');
    const server = await startTemporal({ port, say: console.error });
    t.after(() => server.stop());
    const worker = new WorkerProcess(t, {
      TEMPORAL_ADDRESS: server.address,
      OPERATIONS_EMULATOR_HOST: '127.0.0.1:1',
      HEALTH_ADDRESS: '127.0.0.1:0',
    });
    const base = await worker.health();
    await worker.logged(/^ready/);
    const becomes = (wanted: Partial<Readiness>, status: number) =>
      until(async () => {
        assert.ok(await isAlive(base), 'a live worker would be killed');
        const seen = await readiness(base);
        if (seen.status !== status) return undefined;
        assert.deepEqual({ ...seen, ...wanted }, seen);
        return seen;
      }, `/readyz is ${status}`);
    await becomes({ ready: true, worker: 'RUNNING', temporal: 'SERVING' }, 200);

    await server.kill();
    await becomes({ ready: false, worker: 'RUNNING' }, 503);
    const began = Date.now();
    const { temporal } = await readiness(base);
    assert.ok(Date.now() - began < 3_000, `an answer took ${Date.now() - began} ms`);
    assert.match(temporal ?? '', /^(?:UNREACHABLE|NO_ANSWER)$/);

    const again = await startTemporal({ port });
    t.after(() => again.stop());
    await becomes({ ready: true, worker: 'RUNNING', temporal: 'SERVING' }, 200);
    assert.equal((await worker.stop('SIGTERM')).code, 0, worker.stderr);
  });

  it('find it not ready from SIGTERM on, and alive until it has handed back what is under way', async (t) => {
    const temporal = await testTemporal();
    t.after(() => temporal.stop());
    const emulator = await startEmulator();
    t.after(() => emulator.close());
    const connection = await Connection.connect({ address: temporal.address });
    const taskQueue = `probes-${process.pid}-${Date.now()}`;
    const worker = new WorkerProcess(t, {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
      HEALTH_ADDRESS: '127.0.0.1:0',
    });
    const base = await worker.health();
    await worker.logged(/^ready/);
    assert.equal((await readiness(base)).status, 200);

    // A long poll is under way: it gets a second to end.
    const name = 'projects/p/locations/us-central1/operations/held';
    emulator.add({ name, onCancel: { kind: 'ignored' } });
    const handle = await new Client({ connection }).workflow.start('cancelOperation', {
      workflowId: taskQueue,
      taskQueue,
      args: [{ name }],
    });
    t.after(async () => {
      await handle.terminate();
      await connection.close();
    });
    await emulator.waitFor(() => emulator.requests(name, 'wait').length > 0, { timeoutMs: 15_000 });

    const stopping = worker.stop('SIGTERM');
    await worker.logged(/^SIGTERM/);
    assert.deepEqual(await readiness(base), { status: 503, ready: false, worker: 'STOPPING' });
    assert.ok(await isAlive(base));
    assert.equal((await stopping).code, 0, worker.stderr);
  });
});
