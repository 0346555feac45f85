import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ConfigError } from '../../worker/config-error.js';
import { type ReadinessCheck, serveHealth } from '../../worker/health.js';

async function serve(t: TestContext, check: ReadinessCheck): Promise<(path: string) => Promise<string>> {
  const server = await serveHealth({ host: '127.0.0.1', port: 0 }, check);
  t.after(() => server.close());
  return async (path) => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`);
    return `${response.status} ${(await response.text()).trim()}`;
  };
}

describe('health', () => {
  it('is alive while it is not ready, and says why it is not', async (t) => {
    const get = await serve(t, async () => 'the worker is draining');
    assert.equal(await get('/healthz'), '200 ok');
    assert.equal(await get('/readyz?verbose'), '503 the worker is draining');
  });

  it('is ready when nothing stands against it', async (t) => {
    const get = await serve(t, async () => undefined);
    assert.equal(await get('/readyz'), '200 ok');
  });

  it('is not ready when the check fails, and keeps the reason to the log', async (t) => {
    const get = await serve(t, () => Promise.reject(new Error('10.0.0.7 refused a secret')));
    assert.equal(await get('/readyz'), '503 Temporal cannot be reached');
  });

  it('is not ready when the check hangs', async (t) => {
    const get = await serve(t, () => new Promise(() => undefined));
    assert.match(await get('/readyz'), /^503 .*in time/);
  });

  it('answers nothing else', async (t) => {
    const get = await serve(t, async () => undefined);
    assert.match(await get('/'), /^404/);
  });

  it('names HEALTH_ADDRESS when it cannot listen there', async (t) => {
    const first = await serveHealth({ host: '127.0.0.1', port: 0 }, async () => undefined);
    t.after(() => first.close());
    await assert.rejects(
      serveHealth(first.address, async () => undefined),
      (error) =>
        error instanceof ConfigError && /HEALTH_ADDRESS .*taken by another process/.test(error.message),
    );
  });
});
