import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ConfigError } from '../../config/config-error.js';
import { CHECK_TIMEOUT_MS, type Readiness, type ReadinessCheck, serveHealth } from '../../worker/health.js';

const READY: Readiness = { ready: true, worker: 'RUNNING', temporal: 'SERVING' };

interface Answer {
  status: number;
  body: string;
  headers: Headers;
}

async function serve(
  t: TestContext,
  check: ReadinessCheck = async () => READY,
): Promise<(path: string, method?: string) => Promise<Answer>> {
  const server = await serveHealth({ host: '127.0.0.1', port: 0 }, check);
  t.after(() => server.close());
  return async (path, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`, { method });
    return { status: response.status, body: (await response.text()).trim(), headers: response.headers };
  };
}

describe('health', () => {
  it('is alive while it is not ready, and says why it is not', async (t) => {
    const get = await serve(t, async () => ({ ready: false, worker: 'DRAINING' }));
    const alive = await get('/healthz');
    assert.deepEqual([alive.status, alive.body], [200, 'ok']);
    const { status, body } = await get('/readyz?verbose');
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body), { ready: false, worker: 'DRAINING' });
  });

  it('checks nothing to know that it is alive', async (t) => {
    let checks = 0;
    const get = await serve(t, async () => {
      checks++;
      return READY;
    });
    assert.equal((await get('/healthz')).status, 200);
    assert.equal(checks, 0);
  });

  it('is ready when the check says so', async (t) => {
    const get = await serve(t);
    const { status, body, headers } = await get('/readyz');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), READY);
    assert.equal(headers.get('content-type'), 'application/json');
    assert.equal(headers.get('cache-control'), 'no-store');
  });

  it('is not ready when the check fails, without a reason in the answer', async (t) => {
    const get = await serve(t, () => Promise.reject(new Error('10.0.0.7 refused a secret')));
    const { status, body } = await get('/readyz');
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body), { ready: false, worker: 'UNKNOWN', temporal: 'UNREACHABLE' });
  });

  it('is not ready when the check hangs, and answers before a Kubernetes probe times out', async (t) => {
    const get = await serve(t, () => new Promise(() => undefined));
    const { status, body } = await get('/readyz');
    assert.equal(status, 503);
    assert.match(body, /"temporal":"NO_ANSWER"/);
    // The default timeout of a probe is a second.
    assert.ok(CHECK_TIMEOUT_MS < 1_000);
  });

  it('shares one check between concurrent probes, and checks again for the next', async (t) => {
    let checks = 0;
    const get = await serve(t, () => {
      checks++;
      return checks === 1 ? new Promise(() => undefined) : Promise.resolve(READY);
    });
    const probes = await Promise.all([get('/readyz'), get('/readyz'), get('/readyz')]);
    assert.deepEqual(
      probes.map(({ status }) => status),
      [503, 503, 503],
    );
    assert.equal(checks, 1);
    assert.equal((await get('/readyz')).status, 200);
    assert.equal(checks, 2);
  });

  it('answers HEAD like GET, without a body', async (t) => {
    const get = await serve(t, async () => ({ ready: false, worker: 'STARTING' }));
    for (const path of ['/healthz', '/readyz', '/']) {
      const [full, head] = [await get(path), await get(path, 'HEAD')];
      assert.equal(head.status, full.status);
      assert.equal(head.headers.get('content-length'), full.headers.get('content-length'));
      assert.equal(head.headers.get('content-type'), full.headers.get('content-type'));
      assert.equal(head.body, '');
    }
  });

  it('rejects other paths and methods', async (t) => {
    const get = await serve(t);
    assert.equal((await get('/')).status, 404);
    const { status, headers } = await get('/readyz', 'POST');
    assert.equal(status, 405);
    assert.equal(headers.get('allow'), 'GET, HEAD');
  });

  it('names HEALTH_ADDRESS when it cannot listen there', async (t) => {
    const first = await serveHealth({ host: '127.0.0.1', port: 0 }, async () => READY);
    t.after(() => first.close());
    await assert.rejects(
      serveHealth(first.address, async () => READY),
      (error) => error instanceof ConfigError && /HEALTH_ADDRESS .*taken by another process/.test(error.message),
    );
  });
});
