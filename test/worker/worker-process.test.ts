import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Connection } from '@temporalio/client';
import { freePort } from '../../devserver/port.js';
import { TemporalProxy } from '../support/temporal-proxy.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { healthAddress, logged, logOf, spawnWorker } from '../support/worker-process.js';

describe('the worker process with a Temporal server', { concurrency: true }, () => {
  let temporal: TestTemporal;
  let connection: Connection;
  before(async () => {
    temporal = await testTemporal();
    connection = await Connection.connect({ address: temporal.address });
  });
  after(async () => {
    await connection.close();
    await temporal.stop();
  });

  /** The settings of a worker with its own task queue. */
  function settings(more: Record<string, string> = {}) {
    return {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: `process-${randomUUID()}`,
      OPERATIONS_EMULATOR_HOST: '127.0.0.1:1',
      ...more,
    };
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`logs that it is ready, polls, and exits with 0 after ${signal}`, async (t) => {
      const env = settings();
      const worker = spawnWorker(t, env);
      const ready = await logged(worker, /^ready/);
      assert.equal(ready['taskQueue'], env.TEMPORAL_TASK_QUEUE);
      assert.equal(ready['namespace'], 'default');
      assert.equal(ready['address'], temporal.address);
      assert.match(String(ready['version']), /^\d+\.\d+\.\d+/);
      await until(
        () => pollersOf(env.TEMPORAL_TASK_QUEUE),
        (count) => count > 0,
      );

      assert.equal((await worker.stop(signal)).code, 0, worker.output);
      await logged(worker, /^stopped/);
    });
  }

  it('runs under a version when both variables are set', async (t) => {
    const version = { WORKER_DEPLOYMENT_NAME: `lro-${randomUUID()}`, WORKER_BUILD_ID: 'b1' };
    const worker = spawnWorker(t, settings(version));
    const { deployment } = await logged(worker, /^ready/);
    assert.equal(deployment, `${version.WORKER_DEPLOYMENT_NAME}.b1`);
    assert.equal((await worker.stop()).code, 0);
  });

  it('serves Prometheus metrics', async (t) => {
    const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
    const env = settings({ METRICS_ADDRESS: address });
    const worker = spawnWorker(t, env);
    await worker.ready();
    const text = await (await fetch(`http://${address}/metrics`)).text();
    assert.match(text, new RegExp(`^temporal_\\w+\\{.*task_queue="${env.TEMPORAL_TASK_QUEUE}"`, 'm'));
  });

  it('exits with 1 and names TEMPORAL_NAMESPACE when there is no such namespace', async (t) => {
    const worker = spawnWorker(t, settings({ TEMPORAL_NAMESPACE: 'nowhere' }));
    assert.equal((await worker.exited).code, 1);
    assert.match(logOf(worker).at(-1)?.msg ?? '', /no namespace nowhere.*TEMPORAL_NAMESPACE/);
  });

  it('waits for a starting server, is not ready while the server is down, and stops without it', async (t) => {
    const proxy = await TemporalProxy.to(temporal.address, t);
    const worker = spawnWorker(t, settings({ TEMPORAL_ADDRESS: proxy.address, HEALTH_ADDRESS: '127.0.0.1:0' }));
    const base = await healthAddress(worker);
    const status = async (path: string): Promise<number> => (await fetch(base + path)).status;
    const waitForReadyz = (expected: number) =>
      until(
        () => status('/readyz'),
        (actual) => actual === expected,
      );

    await logged(worker, /does not answer/);
    assert.equal(await status('/readyz'), 503);
    await proxy.open();
    await waitForReadyz(200);

    await proxy.close();
    await waitForReadyz(503);
    assert.equal(await status('/healthz'), 200);

    await proxy.open();
    await waitForReadyz(200);

    await proxy.close();
    await waitForReadyz(503);
    assert.equal((await worker.stop()).code, 0, worker.output);
  });

  async function pollersOf(name: string): Promise<number> {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name },
    });
    return pollers.length;
  }
});

describe('the worker process that cannot run', { concurrency: true }, () => {
  it('exits with 1 and names every wrong variable', async (t) => {
    const worker = spawnWorker(t, { LOG_LEVEL: 'loud', HEALTH_ADDRESS: 'here' });
    assert.equal((await worker.exited).code, 1);
    assert.match(worker.output, /HEALTH_ADDRESS is "here"; it takes host:port[^]*LOG_LEVEL is "loud"; it takes one of/);
  });

  it('exits by itself with 1 and names TEMPORAL_ADDRESS when there is no server', async (t) => {
    const port = await freePort('127.0.0.1');
    const worker = spawnWorker(t, { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    assert.equal((await worker.exited).code, 1);
    const { msg, code } = logOf(worker).at(-1) ?? assert.fail(worker.output);
    assert.equal(code, 'NO_CONNECTION');
    assert.match(msg, new RegExp(`No Temporal server answers at 127.0.0.1:${port}.*TEMPORAL_ADDRESS`));
  });

  it('exits by itself with 1 when the server accepts and never answers', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.after(() => silent.close());
    const { port } = silent.address() as { port: number };
    const worker = spawnWorker(t, { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    assert.equal((await worker.exited).code, 1);
  });

  it('exits with 0 when it is stopped while it waits for a server', async (t) => {
    const port = await freePort('127.0.0.1');
    const worker = spawnWorker(t, { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    await logged(worker, /does not answer/);
    assert.equal((await worker.stop()).code, 0, worker.output);
  });

  it('names METRICS_ADDRESS when it cannot listen there', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const { port } = other.address() as { port: number };
    const worker = spawnWorker(t, { METRICS_ADDRESS: `127.0.0.1:${port}` });
    assert.equal((await worker.exited).code, 1);
    assert.match(worker.output, /METRICS_ADDRESS .*taken by another process/);
  });
});
