import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createEmulatorTransport } from '../../google/http/google-transport.js';
import { argumentError, GoogleApiError } from '../../google/error.js';
import { clientOf, errorFrom, ref } from './support/client.js';
import { serve } from './support/server.js';

const OPERATION = '/v1/projects/p/locations/us-central1/operations/123';

/** A server that answers everything alike, and a client of it. */
async function answering(
  t: TestContext,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  const server = await serve(t, (_, response) => response.writeHead(status, headers).end(body));
  return { server, client: clientOf(server.host) };
}

test('get, cancel, wait and list are the requests that google.longrunning publishes', async (t) => {
  const server = await serve(t, (request, response) =>
    response.end(request.url?.includes('operations?') === true ? '{}' : '{"name":"x/123","done":true}'),
  );
  const client = clientOf(server.host);
  await client.get(ref);
  await client.get(ref, { fields: 'name,done,error' });
  await client.cancel(ref);
  await client.wait(ref, { waitMs: 20_000 });
  await client.wait(ref, { waitMs: 2_500 });
  await client.list({
    ...ref,
    parent: 'projects/p',
    filter: 'done=false AND a:"b&c"',
    pageSize: 5,
    pageToken: 'a+b/=',
  });
  assert.deepEqual(
    server.requests.map(({ method, url }) => `${method} ${url}`),
    [
      `GET ${OPERATION}`,
      `GET ${OPERATION}?fields=name%2Cdone%2Cerror`,
      `POST ${OPERATION}:cancel`,
      `POST ${OPERATION}:wait?timeout=20s`,
      `POST ${OPERATION}:wait?timeout=2.5s`,
      'GET /v1/projects/p/operations?filter=done%3Dfalse+AND+a%3A%22b%26c%22&pageSize=5&pageToken=a%2Bb%2F%3D',
    ],
  );
  for (const { body, headers, method } of server.requests) {
    assert.equal(body, '');
    assert.equal(headers['content-type'], undefined);
    assert.equal(headers['content-length'], method === 'POST' ? '0' : undefined);
    assert.equal(headers.authorization, undefined);
  }
});

test('requests share a connection', async (t) => {
  const ports = new Set<number | undefined>();
  const server = await serve(t, (request, response) => {
    ports.add(request.socket.remotePort);
    response.end('{"done":true}');
  });
  const client = clientOf(server.host);
  for (let call = 0; call < 5; call += 1) await client.get(ref);
  assert.equal(ports.size, 1);
});

test('an operation is read as operations.proto and proto3 JSON mean it', async (t) => {
  const any = { '@type': 'type.googleapis.com/x', a: 1 };
  const cases: [body: unknown, expected: object][] = [
    [{ name: ref.name }, { done: false }],
    [{ name: null, done: null, error: null, response: null, metadata: null }, { done: false }],
    [{ name: '', done: true }, { done: true }],
    [
      { name: 'projects/987/locations/us-central1/operations/123' },
      { name: 'projects/987/locations/us-central1/operations/123', done: false },
    ],
    [
      { done: true, response: any, metadata: any },
      { done: true, response: any, metadata: any },
    ],
    [
      { done: true, error: { code: 1, message: 'm', details: [any] } },
      { done: true, error: { code: 1, message: 'm', details: [any] } },
    ],
    [
      { done: true, error: {} },
      { done: true, error: { code: 0 } },
    ],
    [
      { done: true, error: { code: '1' } },
      { done: true, error: { code: 1 } },
    ],
    [
      { done: true, error: { code: 1 }, response: any },
      { done: true, error: { code: 1 } },
    ],
    [
      { name: ref.name, error: { code: 1 }, response: any, metadata: any },
      { done: false, metadata: any },
    ],
    [{ done: false, unknown: 1 }, { done: false }],
    [
      { done: true, error: { code: 1, message: {}, details: [1] }, metadata: 'x' },
      { done: true, error: { code: 1 } },
    ],
    [
      { done: true, error: { code: 1, details: 'x' } },
      { done: true, error: { code: 1 } },
    ],
    [{ done: true, response: [] }, { done: true }],
    [{ name: ref.name, response: 'x', metadata: [] }, { done: false }],
  ];
  let body: unknown;
  const server = await serve(t, (_, response) => response.end(JSON.stringify(body)));
  const client = clientOf(server.host);
  for (const [sent, expected] of cases) {
    body = sent;
    assert.deepEqual(await client.get(ref), { name: ref.name, ...expected });
  }
});

test('a 2xx that is no operation is an error that says why, and never an Operation', async (t) => {
  const cases: [body: string, why: RegExp][] = [
    ['', /is empty/],
    [' \n', /is empty/],
    ['{"name":"projects/p/locations/us-central1/operations/123","do', /not JSON/],
    ['<html>', /not JSON/],
    ['[]', /object.*array/],
    ['null', /object.*null/],
    ['"done"', /object.*string/],
    ['{"done":"true"}', /done.*boolean.*string/],
    ['{"done":1}', /done.*boolean.*number/],
    ['{"name":7}', /name.*string.*number/],
    ['{"done":true,"error":"CANCELLED"}', /error.*object.*string/],
    ['{"done":true,"error":{"code":"CANCELLED"}}', /error\.code.*integer.*string/],
    ['{"done":true,"error":{"code":1.5}}', /error\.code/],
    ['{}', /is an empty object/],
    ['{"error":"CANCELLED"}', /error.*object.*string/],
    ['{"name":"projects/p/locations/us-central1/operations/124","done":true}', /another operation/],
  ];
  let body = '';
  const server = await serve(t, (_, response) => response.end(body));
  const client = clientOf(server.host);
  for (const [sent, why] of cases) {
    body = sent;
    const error = await errorFrom(client.get(ref));
    assert.deepEqual([error.kind, error.code, error.httpStatus], ['BODY', 'UNKNOWN', 200], sent);
    assert.match(error.message, why);
    assert.match(error.message, /^get of projects\/p\/locations\/us-central1\/operations\/123: /);
  }
});

test('another resource than an operation is refused for good, by the fields that give it away', async (t) => {
  let body: unknown;
  const server = await serve(t, (_, response) => response.end(JSON.stringify(body)));
  const client = clientOf(server.host);
  body = { name: ref.name, state: 'JOB_STATE_SUCCEEDED', createTime: 'x', error: { code: 1 } };
  for (const call of [() => client.get(ref), () => client.wait(ref, { waitMs: 1_000 })]) {
    const error = await errorFrom(call());
    assert.deepEqual([error.kind, error.code, error.httpStatus], ['BODY', 'INVALID_ARGUMENT', 200]);
    assert.ok(
      error.message.endsWith(
        "is no google.longrunning.Operation (it has state, createTime): give the operation's name, not the resource's",
      ),
      error.message,
    );
  }
  body = { name: ref.name, zone: 'z', selfLink: 'l', status: 'RUNNING', operationType: 'UPGRADE_NODES' };
  assert.match((await errorFrom(client.get(ref))).message, /\(it has zone, selfLink, status, …\)/);
  body = { name: ref.name, done: null, ['\u001b[31mred'.padEnd(500, 'x')]: 1 };
  const { code, message } = await errorFrom(client.get(ref));
  assert.equal(code, 'INVALID_ARGUMENT');
  assert.match(message, /\(it has redx{37}…\)/);
});

test('a cancel is not accepted by an HTML page, such as the login of a proxy', async (t) => {
  const html = { 'content-type': 'Text/HTML; charset=utf-8' };
  const page = await answering(t, 200, '<title>Log in</title>', html);
  const error = await errorFrom(page.client.cancel(ref));
  assert.deepEqual([error.kind, error.code, error.httpStatus], ['BODY', 'UNKNOWN', 200]);
  assert.match(error.message, /^cancel of projects\/p.* is a page: Log in$/);
  for (const body of ['', ' \n', '{}']) {
    const { client } = await answering(t, 200, body, html);
    await client.cancel(ref);
  }
  const { client } = await answering(t, 200, 'Access denied', { 'content-type': 'text/plain' });
  assert.equal((await errorFrom(client.cancel(ref))).kind, 'BODY');
});

test('a cancel is not accepted by an object with nothing but an error, of whatever form', async (t) => {
  for (const error of ['denied', { message: 'denied' }, null]) {
    const { client } = await answering(t, 200, JSON.stringify({ error }));
    assert.deepEqual((await errorFrom(client.cancel(ref))).kind, 'BODY', JSON.stringify(error));
  }
});

test('a 200 that holds an error alone is that error, and accepts no cancel', async (t) => {
  for (const body of [
    '{"error":{"code":404,"message":"no such operation","status":"NOT_FOUND"}}',
    '[{"error":{"code":404,"message":"no such operation","status":"NOT_FOUND"}}]',
    '{"code":5,"message":"no such operation","details":[]}',
  ]) {
    const { client } = await answering(t, 200, body);
    const { service, apiVersion } = ref;
    const calls = [
      client.get(ref),
      client.wait(ref, { waitMs: 1_000 }),
      client.cancel(ref),
      ...(body.startsWith('{"error"') ? [client.list({ service, apiVersion, parent: 'projects/p/locations/l' })] : []),
    ];
    for (const { code, kind, httpStatus, answer } of await Promise.all(calls.map(errorFrom))) {
      assert.deepEqual([code, kind, httpStatus, answer], ['NOT_FOUND', 'STATUS', 200, 'no such operation'], body);
    }
  }
  const { client } = await answering(t, 200, '{"error":{}}');
  assert.equal((await errorFrom(client.get(ref))).kind, 'BODY');
});

test("requests carry the program's name, or the user agent that was set", async (t) => {
  const server = await serve(t, (_, response) => response.end('{"done":true}'));
  await clientOf(server.host).get(ref);
  await createEmulatorTransport({ userAgent: 'temporal-lro/1.2.3' }).send({
    method: 'GET',
    url: `http://${server.host}/`,
    what: 'get of x',
    timeoutMs: 10_000,
    maxBytes: 1_000,
  });
  const agents = server.requests.map(({ headers }) => headers['user-agent']);
  assert.deepEqual(agents, ['temporal-lro', 'temporal-lro/1.2.3']);
});

test('a cancel is accepted by its status line, whatever comes after it', async (t) => {
  for (const body of ['{}', '', 'OK', '<html>', '{"done":true,"error":{"code":5}}', 'x'.repeat(9 * 1024 * 1024)]) {
    const { client } = await answering(t, 200, body);
    await client.cancel(ref);
  }
  const { client } = await answering(t, 204, '');
  await client.cancel(ref);
  const broken = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{');
    setImmediate(() => response.destroy());
  });
  await clientOf(broken.host).cancel(ref);
  const stalled = await serve(t, (_, response) => response.writeHead(200, { 'content-length': '1000' }).write('{'));
  await clientOf(stalled.host, 200).cancel(ref);
});

test('a page of operations is read, and an empty one is a page too', async (t) => {
  const { client } = await answering(
    t,
    200,
    '{"operations":[{"name":"a/1"},{"name":"a/2","done":true}],"nextPageToken":"t"}',
  );
  assert.deepEqual(await client.list({ ...ref, parent: 'projects/p' }), {
    operations: [
      { name: 'a/1', done: false },
      { name: 'a/2', done: true },
    ],
    nextPageToken: 't',
  });
  const empty = await answering(t, 200, '{"nextPageToken":""}');
  assert.deepEqual(await empty.client.list({ ...ref, parent: 'projects/p' }), { operations: [] });
  const bad = await answering(t, 200, '{"operations":[{"done":true}]}');
  assert.equal((await errorFrom(bad.client.list({ ...ref, parent: 'projects/p' }))).kind, 'BODY');
});

test('a list with fields asks for unreachable too, and an API that does not know it is asked without from then on', async (t) => {
  const server = await serve(t, (request, response) => {
    const { searchParams, pathname } = new URL(request.url ?? '', 'http://x');
    const isKnown = !pathname.startsWith('/v1/') || !searchParams.get('fields')?.includes('unreachable');
    const error = { code: 400, message: 'Invalid field selection unreachable', status: 'INVALID_ARGUMENT' };
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? { unreachable: ['projects/p/locations/l', 5] } : { error }));
  });
  const client = clientOf(server.host);
  const list = (apiVersion: string) =>
    client.list({ ...ref, apiVersion, parent: 'projects/p' }, { fields: 'operations(name)' });
  assert.deepEqual(await list('v2'), { operations: [], unreachable: ['projects/p/locations/l'] });
  await list('v1');
  await list('v1');
  await list('v2');
  assert.deepEqual(
    server.requests.map(({ url }) => decodeURIComponent(url).replace('/projects/p/operations?fields=', ' ')),
    [
      '/v2 operations(name),unreachable',
      '/v1 operations(name),unreachable',
      '/v1 operations(name)',
      '/v1 operations(name)',
      '/v2 operations(name),unreachable',
    ],
  );
});

test('a compressed operation is unpacked, and a badly packed one is a bad body', async (t) => {
  const packed = gzipSync('{"done":true}');
  const headers = { 'content-encoding': 'gzip' };
  const good = await answering(t, 200, packed, headers);
  assert.equal((await good.client.get(ref)).done, true);
  for (const body of [Buffer.from('not gzip'), packed.subarray(0, 12)]) {
    const { client } = await answering(t, 200, body, headers);
    assert.equal((await errorFrom(client.get(ref))).kind, 'BODY');
  }
});

test('nothing is sent for a bad argument or against the rules', async (t) => {
  const { server, client } = await answering(t, 200, '{}');
  const calls: [call: Promise<unknown>, kind: string][] = [
    [client.get({ ...ref, name: 'a/../b' }), 'ARGUMENT'],
    [client.cancel({ ...ref, service: 'evil/x' }), 'ARGUMENT'],
    [client.wait({ ...ref, apiVersion: '' }, { waitMs: 1 }), 'ARGUMENT'],
    [client.wait(ref, { waitMs: -1 }), 'ARGUMENT'],
    [client.get(ref, { timeoutMs: Number.NaN }), 'ARGUMENT'],
    [client.get(ref, { fields: 'name&alt=media' }), 'ARGUMENT'],
    [client.list({ ...ref, parent: '' }), 'ARGUMENT'],
    [client.list({ ...ref, parent: 'projects/p', pageSize: 0 }), 'ARGUMENT'],
    [client.cancel({ ...ref, service: 'batch.googleapis.com' }), 'FORBIDDEN'],
    [client.list({ ...ref, parent: 'projects/p', service: 'batch.googleapis.com' }), 'FORBIDDEN'],
    [client.get(ref, { signal: AbortSignal.abort() }), 'ABORTED'],
  ];
  for (const [call, kind] of calls) assert.equal((await errorFrom(call)).kind, kind);
  assert.equal(server.requests.length, 0);
});

describe('the hook before a request', () => {
  test('is awaited once for each call, before the request leaves', async (t) => {
    const events: string[] = [];
    const server = await serve(t, ({ method }, response) => {
      events.push(`${method} arrived`);
      response.end('{"done":true}');
    });
    const client = clientOf(server.host);
    const beforeSend = async () => {
      events.push('hook began');
      await delay(20);
      events.push('hook ended');
    };
    const calls: [call: () => Promise<unknown>, method: string][] = [
      [() => client.get(ref, { beforeSend }), 'GET'],
      [() => client.cancel(ref, { beforeSend }), 'POST'],
      [() => client.wait(ref, { waitMs: 1_000, beforeSend }), 'POST'],
      [() => client.list({ ...ref, parent: 'projects/p' }, { beforeSend }), 'GET'],
    ];
    for (const [call, method] of calls) {
      events.length = 0;
      await call();
      assert.deepEqual(events, ['hook began', 'hook ended', `${method} arrived`]);
    }
  });

  test('is not called for what may not be sent: the rules and the URL are settled first', async (t) => {
    const { client } = await answering(t, 200, '{}');
    let calls = 0;
    const beforeSend = async () => void (calls += 1);
    const refused: [call: Promise<unknown>, kind: string][] = [
      [client.get({ ...ref, name: 'a/../b' }, { beforeSend }), 'ARGUMENT'],
      [client.get(ref, { fields: '&', beforeSend }), 'ARGUMENT'],
      [client.wait(ref, { waitMs: 0, beforeSend }), 'ARGUMENT'],
      [client.list({ ...ref, parent: 'projects/p', pageSize: 0 }, { beforeSend }), 'ARGUMENT'],
      [client.cancel({ ...ref, service: 'batch.googleapis.com' }, { beforeSend }), 'FORBIDDEN'],
      [client.list({ ...ref, parent: '' }, { beforeSend }), 'ARGUMENT'],
    ];
    for (const [call, kind] of refused) assert.equal((await errorFrom(call)).kind, kind);
    assert.equal(calls, 0);
  });

  test('that fails keeps the request from being sent, and its error is the error of the call', async (t) => {
    const { server, client } = await answering(t, 200, '{"done":true}');
    const errors = [
      new Error('no slot is free'),
      argumentError('not now'),
      // An error that a cancel would treat as accepted if it came from the exchange.
      new GoogleApiError('m', { code: 'UNKNOWN', kind: 'BODY', httpStatus: 200 }),
    ];
    for (const error of errors) {
      const beforeSend = () => Promise.reject(error);
      for (const call of [
        client.get(ref, { beforeSend }),
        client.cancel(ref, { beforeSend }),
        client.wait(ref, { waitMs: 1_000, beforeSend }),
        client.list({ ...ref, parent: 'projects/p' }, { beforeSend }),
      ])
        await assert.rejects(call, (thrown) => thrown === error);
    }
    assert.equal(server.requests.length, 0);
  });

  test('takes none of the time of the exchange, and a caller who gives up during it sends nothing', async (t) => {
    const { server, client } = await answering(t, 200, '{"done":true}');
    assert.equal((await client.get(ref, { timeoutMs: 1_000, beforeSend: () => delay(1_200) })).done, true);
    const abort = new AbortController();
    const beforeSend = async () => abort.abort();
    assert.equal((await errorFrom(client.get(ref, { signal: abort.signal, beforeSend }))).kind, 'ABORTED');
    assert.equal(server.requests.length, 1);
  });
});
