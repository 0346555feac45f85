import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { startEmulator } from '../../emulator/index.js';
import type { Readiness } from '../../worker/health.js';
import { TemporalProxy } from '../support/temporal-proxy.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { healthAddress, logged, spawnWorker } from '../support/worker-process.js';

async function readiness(base: string): Promise<Readiness & { status: number }> {
  const response = await fetch(`${base}/readyz`);
  return { status: response.status, ...((await response.json()) as Readiness) };
}

async function isAlive(base: string): Promise<boolean> {
  return (await fetch(`${base}/healthz`)).status === 200;
}

describe('the probes of a worker process', { concurrency: true }, () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await testTemporal();
  });
  after(() => temporal.stop());

  it('show it alive and not ready while Temporal is down, and ready when Temporal is back', async (t) => {
    const proxy = await TemporalProxy.to(temporal.address, t);
    await proxy.open();
    const worker = spawnWorker(t, {
      TEMPORAL_ADDRESS: proxy.address,
      TEMPORAL_TASK_QUEUE: `probes-${randomUUID()}`,
      OPERATIONS_EMULATOR_HOST: '127.0.0.1:1',
      HEALTH_ADDRESS: '127.0.0.1:0',
    });
    const base = await healthAddress(worker);
    await worker.ready();
    const waitFor = (status: number, expected: Partial<Readiness>) =>
      until(
        async () => {
          assert.ok(await isAlive(base), 'Kubernetes would kill a live worker');
          return readiness(base);
        },
        (actual) =>
          actual.status === status &&
          Object.entries(expected).every(([field, value]) => actual[field as keyof Readiness] === value),
      );
    const isUp = { ready: true, worker: 'RUNNING', temporal: 'SERVING' } as const;
    await waitFor(200, isUp);

    await proxy.close();
    const { temporal: state } = await waitFor(503, { ready: false, worker: 'RUNNING' });
    assert.match(state ?? '', /^(?:UNREACHABLE|NO_ANSWER)$/);

    await proxy.open();
    await waitFor(200, isUp);
    assert.equal((await worker.stop()).code, 0, worker.output);
  });

  it('show it not ready after SIGTERM, and alive until its attempts have ended', async (t) => {
    const emulator = await startEmulator();
    t.after(() => emulator.close());
    const connection = await Connection.connect({ address: temporal.address });
    const taskQueue = `probes-${randomUUID()}`;
    const worker = spawnWorker(t, {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
      HEALTH_ADDRESS: '127.0.0.1:0',
    });
    const base = await healthAddress(worker);
    await worker.ready();
    await until(
      () => readiness(base),
      ({ status }) => status === 200,
    );

    // A running long poll has half a second to end.
    const name = 'projects/p/locations/us-central1/operations/polled';
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
    await emulator.waitFor(() => emulator.requests(name, 'wait').length > 0);

    const stopping = worker.stop();
    await logged(worker, /^SIGTERM/);
    assert.deepEqual(await readiness(base), { status: 503, ready: false, worker: 'STOPPING' });
    assert.ok(await isAlive(base));
    assert.equal((await stopping).code, 0, worker.output);
  });
});
