import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { startEmulator } from '../../emulator/index.js';
import { freePort } from '../../devserver/port.js';
import { startTemporal, type TemporalServer } from '../../devserver/index.js';
import { until, WorkerProcess } from './support/worker-process.js';

describe('the worker process with a Temporal server', () => {
  let server: TemporalServer;
  let env: Record<string, string>;
  before(async () => {
    server = await startTemporal({ say: console.error });
    env = { TEMPORAL_ADDRESS: server.address, OPERATIONS_EMULATOR_HOST: '127.0.0.1:1' };
  });
  after(() => server.stop());

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`says ready within seconds, polls, and exits with 0 soon after ${signal}`, async (t) => {
      const worker = new WorkerProcess(t, { ...env, TEMPORAL_TASK_QUEUE: `queue-${signal}` });
      const ready = await worker.logged(/^ready/);
      assert.ok(Date.now() - worker.startedAt < 5_000, 'ready takes too long');
      assert.equal(ready['taskQueue'], `queue-${signal}`);
      assert.equal(ready['namespace'], 'default');
      assert.equal(ready['address'], server.address);
      assert.match(String(ready['version']), /^\d+\.\d+\.\d+/);
      assert.ok((await pollersOf(`queue-${signal}`)) > 0);

      const { code, tookMs } = await worker.stop(signal);
      assert.equal(code, 0, worker.stderr);
      assert.ok(tookMs < 4_000, `stopping took ${tookMs} ms`);
      await worker.logged(/^stopped/);
    });
  }

  it('runs under a version when both variables are set', async (t) => {
    const version = { WORKER_DEPLOYMENT_NAME: 'lro', WORKER_BUILD_ID: 'b1' };
    const worker = new WorkerProcess(t, { ...env, ...version, TEMPORAL_TASK_QUEUE: 'versioned' });
    assert.equal((await worker.logged(/^ready/))['deployment'], 'lro.b1');
    assert.equal((await worker.stop('SIGTERM')).code, 0);
  });

  it('serves Prometheus metrics', async (t) => {
    const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
    const worker = new WorkerProcess(t, {
      ...env,
      METRICS_ADDRESS: address,
      TEMPORAL_TASK_QUEUE: 'measured',
    });
    await worker.logged(/^ready/);
    const text = await (await fetch(`http://${address}/metrics`)).text();
    assert.match(text, /^temporal_\w+\{.*task_queue="measured"/m);
  });

  it('exits with 1 and names TEMPORAL_NAMESPACE when there is no such namespace', async (t) => {
    const worker = new WorkerProcess(t, { ...env, TEMPORAL_NAMESPACE: 'nowhere' });
    assert.equal((await worker.ended).code, 1);
    assert.match(worker.log.at(-1)?.msg ?? '', /no namespace nowhere.*TEMPORAL_NAMESPACE/);
  });

  it('hands back what is under way, so that another worker goes on at once', async (t) => {
    const emulator = await startEmulator();
    t.after(() => emulator.close());
    const name = 'projects/p/locations/us-central1/operations/handed-over';
    // It takes the cancel and runs on: what is under way when the worker stops is a long poll.
    emulator.add({ name, onCancel: { kind: 'ignored' } });
    const own = { ...env, OPERATIONS_EMULATOR_HOST: emulator.host, TEMPORAL_TASK_QUEUE: 'handed-over' };
    const connection = await Connection.connect({ address: server.address });
    const looks = (): number =>
      emulator.requests(name, 'get').length + emulator.requests(name, 'wait').length;

    const first = new WorkerProcess(t, own);
    await first.logged(/^ready/);
    const handle = await new Client({ connection }).workflow.start('cancelOperation', {
      workflowId: 'handed-over',
      taskQueue: 'handed-over',
      args: [{ name }],
    });
    // In this order: terminating over a closed connection would wait for ever.
    t.after(async () => {
      await handle.terminate();
      await connection.close();
    });
    const polls = (): boolean => emulator.requests(name, 'wait').length > 0;
    await until(
      async () => polls() || undefined,
      'a long poll is under way',
      () => first.stderr,
    );

    const second = new WorkerProcess(t, own);
    await second.logged(/^ready/);
    const { code, tookMs } = await first.stop('SIGTERM');
    assert.equal(code, 0, first.stderr);
    assert.ok(tookMs < 4_000, `stopping took ${tookMs} ms`);
    const [stoppedAt, before] = [Date.now(), looks()];
    await until(async () => (looks() > before ? true : undefined), 'the other worker looks');
    assert.ok(Date.now() - stoppedAt < 5_000, `the other worker looked after ${Date.now() - stoppedAt} ms`);
  });

  async function pollersOf(name: string): Promise<number> {
    const connection = await Connection.connect({ address: server.address });
    try {
      return await until(async () => {
        const { pollers } = await connection.workflowService.describeTaskQueue({
          namespace: 'default',
          taskQueue: { name },
        });
        return pollers.length > 0 ? pollers.length : undefined;
      }, `pollers of ${name}`);
    } finally {
      await connection.close();
    }
  }
});

describe('the worker process when Temporal comes and goes', () => {
  it('waits for a server that is just starting, is not ready while it is gone, and stops without it', async (t) => {
    const port = await freePort('127.0.0.1');
    const worker = new WorkerProcess(t, {
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      OPERATIONS_EMULATOR_HOST: '127.0.0.1:1',
      HEALTH_ADDRESS: '127.0.0.1:0',
    });
    const { msg } = await worker.logged(/^health at/);
    const base = /http:\/\/[\d.:]+/.exec(msg)?.[0] ?? '';
    const status = async (path: string): Promise<number> => (await fetch(base + path)).status;
    const becomes = (wanted: number) =>
      until(async () => ((await status('/readyz')) === wanted ? true : undefined), `/readyz is ${wanted}`);

    await worker.logged(/does not answer/);
    assert.equal(await status('/readyz'), 503);
    const server = await startTemporal({ port, say: console.error });
    t.after(() => server.stop());
    await becomes(200);

    await server.kill();
    await becomes(503);
    assert.equal(await status('/healthz'), 200);

    const again = await startTemporal({ port });
    t.after(() => again.stop());
    await becomes(200);

    await again.kill();
    await becomes(503);
    const { code, tookMs } = await worker.stop('SIGTERM');
    assert.equal(code, 0, worker.stderr);
    assert.ok(tookMs < 10_000, `stopping took ${tookMs} ms`);
  });
});

describe('the worker process that cannot run', () => {
  it('exits with 1 and names every variable that is wrong', async (t) => {
    const worker = new WorkerProcess(t, { LOG_LEVEL: 'loud', HEALTH_ADDRESS: 'here' });
    const { code, afterMs } = await worker.ended;
    assert.equal(code, 1);
    assert.match(
      worker.stderr,
      /HEALTH_ADDRESS is "here"; it takes host:port[^]*LOG_LEVEL is "loud"; it takes one of/,
    );
    assert.ok(afterMs < 5_000, `it took ${afterMs} ms`);
  });

  it('exits with 1 within seconds and names TEMPORAL_ADDRESS when no server is there', async (t) => {
    const port = await freePort('127.0.0.1');
    const worker = new WorkerProcess(t, { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    const { code, afterMs } = await worker.ended;
    assert.equal(code, 1);
    const { msg, code: error } = worker.log.at(-1) ?? assert.fail(worker.stderr);
    assert.equal(error, 'NO_CONNECTION');
    assert.match(msg, new RegExp(`No Temporal server answers at 127.0.0.1:${port}.*TEMPORAL_ADDRESS`));
    assert.ok(afterMs < 8_000, `it took ${afterMs} ms`);
  });

  it('exits with 1 within seconds when the server accepts and says nothing', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.after(() => silent.close());
    const { port } = silent.address() as { port: number };
    const worker = new WorkerProcess(t, { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    const { code, afterMs } = await worker.ended;
    assert.equal(code, 1);
    assert.ok(afterMs < 8_000, `it took ${afterMs} ms`);
  });

  it('exits with 0 when it is stopped while it still waits for a server', async (t) => {
    const port = await freePort('127.0.0.1');
    const worker = new WorkerProcess(t, { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    await worker.logged(/does not answer/);
    const { code, tookMs } = await worker.stop('SIGTERM');
    assert.equal(code, 0, worker.stderr);
    assert.ok(tookMs < 3_000, `stopping took ${tookMs} ms`);
  });

  it('names METRICS_ADDRESS when it cannot listen there', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const { port } = other.address() as { port: number };
    const worker = new WorkerProcess(t, { METRICS_ADDRESS: `127.0.0.1:${port}` });
    assert.equal((await worker.ended).code, 1);
    assert.match(worker.stderr, /METRICS_ADDRESS .*taken by another process/);
  });
});
