import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, it } from 'node:test';

import { adminRoutes, startEmulator } from '../../emulator/index.js';
import { admin, call, emulatorFor, get, NAME, post } from './support.js';

describe('the admin API', () => {
  it('adds operations, one or many, and shows their real state', async (t) => {
    const emulator = await emulatorFor(t);
    const one = await admin(emulator, 'POST', '/operations', { name: NAME });
    assert.deepEqual([one.status, one.json()], [201, { added: 1 }]);
    const many = [{ name: 'operations/1' }, { name: 'operations/2', completesAfterMs: 0 }];
    await admin(emulator, 'POST', '/operations', many);
    assert.equal((await get(emulator, NAME)).status, 200);
    const truths = JSON.parse((await admin(emulator, 'GET', '/operations')).text) as { name: string }[];
    assert.deepEqual(
      truths.map(({ name }) => name),
      [NAME, 'operations/1', 'operations/2'],
    );
    const truth = (await admin(emulator, 'GET', '/operations?name=operations/2')).json();
    assert.deepEqual(truth, JSON.parse(JSON.stringify(emulator.operation('operations/2'))));
  });

  it('ends and expires operations', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    const end = { name: NAME, result: { error: { code: 10, message: 'm' } } };
    assert.deepEqual((await admin(emulator, 'POST', '/complete', end)).json(), { completed: true });
    assert.deepEqual((await admin(emulator, 'POST', '/complete', end)).json(), { completed: false });
    assert.deepEqual((await get(emulator, NAME)).json().error, end.result.error);
    await admin(emulator, 'POST', '/expire', { name: NAME });
    assert.equal((await get(emulator, NAME)).status, 404);
  });

  it('shows the requests to the Google API and not those to itself', async (t) => {
    const emulator = await emulatorFor(t);
    await get(emulator, 'operations/1');
    await post(emulator, 'operations/1:cancel');
    await get(emulator, 'operations/2');
    const log = async (query: string) =>
      (JSON.parse((await admin(emulator, 'GET', `/log${query}`)).text) as { number: number }[]).map(
        ({ number }) => number,
      );
    assert.deepEqual(await log(''), [1, 2, 3]);
    assert.deepEqual(await log('?name=operations/1'), [1, 2]);
    assert.deepEqual(await log('?method=cancel'), [2]);
    await admin(emulator, 'DELETE', '/log');
    assert.deepEqual(await log(''), []);
  });

  it('answers with the log as soon as it has enough requests', async (t) => {
    const emulator = await emulatorFor(t);
    const soon = admin(emulator, 'GET', '/log?method=cancel&atLeast=1');
    await post(emulator, 'operations/1:cancel');
    assert.match((await soon).text, /"method": "cancel"/);
    const never = await admin(emulator, 'GET', '/log?atLeast=2&timeoutMs=5');
    assert.deepEqual([never.status, never.json().error?.code], [504, 'TIMED_OUT']);
  });

  it('injects faults, shows them and removes them', async (t) => {
    const emulator = await emulatorFor(t);
    const faults = [
      { kind: 'html', status: 500, times: 2 },
      { kind: 'reset', method: 'cancel' },
    ];
    assert.equal((await admin(emulator, 'POST', '/faults', faults)).status, 201);
    assert.equal((await get(emulator, NAME)).status, 500);
    assert.deepEqual(JSON.parse((await admin(emulator, 'GET', '/faults')).text), [
      { fault: faults[0], hits: 1 },
      { fault: faults[1], hits: 0 },
    ]);
    await admin(emulator, 'DELETE', '/faults');
    assert.equal((await get(emulator, NAME)).status, 404);
  });

  it('deletes everything on reset', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    emulator.fail({ kind: 'html', status: 500 });
    await get(emulator, NAME);
    await admin(emulator, 'POST', '/reset');
    assert.deepEqual([emulator.operations(), emulator.log.length], [[], 0]);
    assert.equal((await get(emulator, NAME)).status, 404);
    emulator.add({ name: NAME });
  });

  it('lists its routes', async (t) => {
    const emulator = await emulatorFor(t);
    assert.deepEqual((await admin(emulator, 'GET', '')).json(), adminRoutes);
  });

  it('explains why it rejects a request', async (t) => {
    const emulator = await emulatorFor(t);
    const refused = async (method: string, path: string, body: unknown, expected: [number, string, RegExp]) => {
      const reply = await admin(emulator, method, path, body);
      const { code, message = '' } = reply.json().error ?? {};
      assert.deepEqual([reply.status, code], expected.slice(0, 2), path);
      assert.match(message, expected[2]);
    };
    emulator.add({ name: NAME });
    await refused('POST', '/operations', { name: NAME }, [409, 'ALREADY_EXISTS', /has an operation projects/]);
    await refused('POST', '/operations', { name: 5 }, [400, 'INVALID_ARGUMENT', /name must be a string/]);
    await refused('POST', '/faults', { kind: 'x' }, [400, 'INVALID_ARGUMENT', /kind must be one of/]);
    await refused('POST', '/complete', {}, [400, 'INVALID_ARGUMENT', /name is required/]);
    await refused('POST', '/complete', undefined, [400, 'INVALID_ARGUMENT', /must be JSON/]);
    await refused('POST', '/expire', { name: 'operations/0' }, [404, 'NOT_FOUND', /no operation operations\/0/]);
    await refused('GET', '/log?method=x', undefined, [400, 'INVALID_ARGUMENT', /method must be one of/]);
    await refused('GET', '/log?atLeast=x', undefined, [400, 'INVALID_ARGUMENT', /atLeast must be a whole number/]);
    await refused('GET', '/nothing', undefined, [404, 'NOT_FOUND', /No GET \/emulator\/nothing here/]);
  });

  it('refuses a web page on this machine: every Origin, and every Host that a page elsewhere can have', async (t) => {
    const emulator = await emulatorFor(t);
    const status = async (headers: Record<string, string>, path = '/emulator/operations'): Promise<number> => {
      const asked = request(emulator.url + path, { headers }).end();
      const [{ statusCode = 0 }] = (await once(asked, 'response')) as [IncomingMessage];
      asked.destroy();
      return statusCode;
    };
    for (const origin of ['https://evil.example', emulator.url, 'null', ''])
      assert.equal(await status({ origin }), 403, origin);
    const { port } = new URL(emulator.url);
    for (const host of ['evil.example', `127.0.0.1.evil.example:${port}`, 'localhost.', `a@localhost:${port}`, '[::1'])
      assert.ok([400, 403].includes(await status({ host })), host);
    for (const host of [`localhost:${port}`, '127.0.0.1', `[::1]:${port}`, `emulator:${port}`, 'LOCALHOST'])
      assert.equal(await status({ host }), 200, host);
    assert.equal(
      await status({ host: 'aiplatform.googleapis.com' }, '/v1/operations/1'),
      404,
      'the Google API answers',
    );
    const { error } = (await call(emulator, 'GET', '/emulator', { headers: { origin: 'null' } })).json();
    assert.equal(error?.code, 'PERMISSION_DENIED');
  });

  it('accepts the name that it was given to listen on', async (t) => {
    const emulator = await emulatorFor(t, { host: 'localhost' });
    assert.equal((await admin(emulator, 'GET', '')).status, 200);
    await assert.rejects(startEmulator({ host: '' }), { code: 'INVALID_ARGUMENT' });
  });

  it('adds either all of several operations or none', async (t) => {
    const emulator = await emulatorFor(t);
    await admin(emulator, 'POST', '/operations', [{ name: 'operations/1' }, { name: 'x/' }]);
    await admin(emulator, 'POST', '/operations', [{ name: 'operations/1' }, { name: 'operations/1' }]);
    assert.deepEqual(emulator.operations(), []);
  });
});
