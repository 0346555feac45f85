import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { startEmulator } from '../../emulator/index.js';
import { call, clock, emulatorFor, get, NAME, post } from './support.js';

const never = (): boolean => false;

describe('the log', () => {
  it('shows requests and answers, and no token', async (t) => {
    const { now } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({ name: NAME });
    const headers = { authorization: 'Bearer secret', 'x-goog-user-project': 'billed', 'user-agent': 'test' };
    await call(emulator, 'POST', `${NAME}:cancel?alt=json`, { headers });
    await emulator.waitFor(([entry]) => entry?.endedAt !== undefined);
    assert.deepEqual(emulator.log, [
      {
        number: 1,
        at: now(),
        method: 'cancel',
        name: NAME,
        apiVersion: 'v1beta1',
        httpMethod: 'POST',
        url: `/v1beta1/${NAME}:cancel?alt=json`,
        headers: {
          host: emulator.host,
          authorization: true,
          contentLength: '0',
          userAgent: 'test',
          userProject: 'billed',
        },
        effect: 'cancel-accepted',
        status: 200,
        endedAt: now(),
      },
    ]);
    assert.doesNotMatch(JSON.stringify(emulator.log), /secret/);
  });

  it('is filtered by name and method', async (t) => {
    const emulator = await emulatorFor(t);
    await get(emulator, 'operations/1');
    await get(emulator, 'operations/2');
    await post(emulator, 'operations/1:cancel');
    await get(emulator, '/nowhere');
    const numbers = (name?: string, method?: 'get' | 'unknown') =>
      emulator.requests(name, method).map(({ number }) => number);
    assert.deepEqual(numbers('operations/1'), [1, 3]);
    assert.deepEqual(numbers('operations/1', 'get'), [1]);
    assert.deepEqual(numbers(undefined, 'get'), [1, 2]);
    assert.deepEqual(numbers(undefined, 'unknown'), [4]);
    assert.deepEqual(numbers(), [1, 2, 3, 4]);
  });

  it('resolves waitFor when the requests arrive, and otherwise names the last ones', async (t) => {
    const emulator = await emulatorFor(t);
    const second = emulator.waitFor((log) => log.length === 2);
    await get(emulator, 'operations/1');
    await get(emulator, 'operations/2');
    await second;
    const third = emulator.waitFor((log) => log.length === 3, { timeoutMs: 10 });
    await assert.rejects(third, {
      code: 'TIMED_OUT',
      message: /10 ms; the last of 2: get operations\/1 404/,
    });
  });

  it('stops waiting when the signal aborts, the predicate throws or the emulator closes', async (t) => {
    const emulator = await emulatorFor(t);
    await assert.rejects(emulator.waitFor(never, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    await assert.rejects(emulator.waitFor(never, { signal: AbortSignal.timeout(5) }), {
      name: 'TimeoutError',
    });
    const throws = emulator.waitFor((log) => {
      if (log.length > 0) throw new RangeError('bad predicate');
      return false;
    });
    const [thrown] = await Promise.allSettled([throws, get(emulator, 'operations/1')]);
    assert.ok(thrown.status === 'rejected' && thrown.reason instanceof RangeError);
    const [closed] = await Promise.allSettled([emulator.waitFor(never), emulator.close()]);
    assert.equal(closed.status, 'rejected');
  });
});

describe('an emulator', () => {
  it('has an address in the form of OPERATIONS_EMULATOR_HOST', async (t) => {
    const emulator = await emulatorFor(t);
    assert.match(emulator.host, /^127\.0\.0\.1:\d+$/);
    assert.equal(emulator.url, `http://${emulator.host}`);
  });

  it('reports that a port is taken', async (t) => {
    const emulator = await emulatorFor(t);
    const port = Number(new URL(emulator.url).port);
    await assert.rejects(startEmulator({ port }), {
      code: 'CANNOT_LISTEN',
      message: new RegExp(`127.0.0.1:${port}: .*EADDRINUSE`),
    });
  });

  it('closes with pending requests, once or twice, and frees its port', async () => {
    const emulator = await startEmulator();
    emulator.add({ name: NAME });
    emulator.fail({ kind: 'never-answers', method: 'get' });
    const hung = [post(emulator, `${NAME}:wait?timeout=20s`), get(emulator, NAME)];
    const settled = Promise.allSettled(hung);
    await emulator.waitFor((log) => log.length === 2);
    await Promise.all([emulator.close(), emulator.close()]);
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    const again = await startEmulator({ port: Number(new URL(emulator.url).port) });
    await again.close();
  });
});
