import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { clientOf, errorFrom, ref } from './support/client.js';
import { listen, serve } from './support/server.js';

const MIB = 1024 * 1024;

test('nothing is retried here: one call is one request', async (t) => {
  const failures: ((response: ServerResponse) => void)[] = [
    (response) => response.writeHead(503).end(),
    (response) => response.writeHead(401).end(),
    (response) => response.destroy(),
  ];
  for (const fail of failures) {
    const server = await serve(t, (_, response) => fail(response));
    await errorFrom(clientOf(server.host).get(ref));
    await errorFrom(clientOf(server.host).cancel(ref));
    assert.equal(server.requests.length, 2);
  }
});

test('a redirect is refused, whatever its status and target, and the target gets nothing', async (t) => {
  const target = await serve(t, (_, response) => response.end('{"done":true}'));
  for (const status of [300, 301, 302, 303, 304, 307, 308]) {
    for (const location of [`http://${target.host}/x`, '/elsewhere', 'http://[bad', undefined]) {
      const server = await serve(t, (_, response) =>
        response.writeHead(status, location === undefined ? {} : { location }).end(),
      );
      for (const call of [clientOf(server.host).get(ref), clientOf(server.host).cancel(ref)]) {
        const error = await errorFrom(call);
        assert.deepEqual([error.kind, error.code, error.httpStatus], ['REDIRECT', 'UNKNOWN', status]);
      }
      assert.equal(server.requests.length, 2);
    }
  }
  assert.equal(target.requests.length, 0);
});

test('no answer at all is UNAVAILABLE, with the reason and without the client library in its cause', async (t) => {
  const reset = createTcpServer((socket) => socket.resetAndDestroy());
  await new Promise<void>((resolve) => reset.listen(0, '127.0.0.1', resolve));
  t.after(() => reset.close());
  const { port } = reset.address() as AddressInfo;
  const closed = createTcpServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port: unused } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const garbage = createTcpServer((socket) => socket.end('not HTTP\r\n\r\n'));
  await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
  t.after(() => garbage.close());
  const cases: [host: string, code: string][] = [
    [`127.0.0.1:${unused}`, 'ECONNREFUSED'],
    [`127.0.0.1:${port}`, 'ECONNRESET'],
    ['does-not-exist.invalid:80', ''],
    [`127.0.0.1:${(garbage.address() as AddressInfo).port}`, ''],
  ];
  for (const [host, code] of cases) {
    const error = await errorFrom(clientOf(host).get(ref));
    assert.deepEqual([error.kind, error.code, error.httpStatus], ['NETWORK', 'UNAVAILABLE', undefined]);
    assert.match(error.message, new RegExp(code));
    const cause = error.cause as Error;
    assert.deepEqual(Object.keys(cause), ['code']);
    assert.equal(cause.constructor, Error);
  }
});

test('an answer that breaks off is a bad body, not an operation', async (t) => {
  const server = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{"done":true}');
    setImmediate(() => response.destroy());
  });
  const error = await errorFrom(clientOf(server.host).get(ref));
  assert.deepEqual([error.kind, error.code, error.httpStatus], ['BODY', 'UNKNOWN', 200]);
});

test('an error whose body breaks off keeps what its status says', async (t) => {
  const server = await serve(t, (_, response) => {
    response.writeHead(503, { 'content-length': '1000' }).write('{"error":');
    setImmediate(() => response.destroy());
  });
  const error = await errorFrom(clientOf(server.host).get(ref));
  assert.deepEqual([error.kind, error.code, error.httpStatus], ['NOT_API_ERROR', 'UNAVAILABLE', 503]);
});

test('the limit covers silence, a body that stalls and a body that drips', { timeout: 300_000 }, async (t) => {
  const drips = new Set<NodeJS.Timeout>();
  t.after(() => drips.forEach(clearInterval));
  const behaviours: Record<string, (response: ServerResponse) => void> = {
    silence: () => undefined,
    stall: (response) => response.writeHead(200).write('{"done":'),
    drip: (response) => {
      response.writeHead(200).write('{');
      drips.add(setInterval(() => response.write(' '), 20));
    },
  };
  for (const [name, behave] of Object.entries(behaviours)) {
    let left: Promise<unknown> | undefined;
    const server = await serve(t, (request, response) => {
      left = new Promise((resolve) => request.socket.once('close', resolve));
      behave(response);
    });
    const error = await errorFrom(clientOf(server.host).get(ref, { timeoutMs: 150 }));
    assert.deepEqual([error.kind, error.code], ['TIMEOUT', 'DEADLINE_EXCEEDED'], name);
    assert.match(error.message, /within 150ms/);
    await left;
  }
});

test('wait has its margin on top of the time that it waits', { timeout: 300_000 }, async (t) => {
  let answered = false;
  const server = await serve(t, (_, response) => {
    setTimeout(() => {
      answered = true;
      response.end('{"done":true}');
    }, 300);
  });
  const { done } = await clientOf(server.host, 5_000).wait(ref, { waitMs: 250 });
  assert.deepEqual([done, answered], [true, true]);
  const error = await errorFrom(clientOf(server.host).wait(ref, { waitMs: 50, timeoutMs: 100 }));
  assert.equal(error.kind, 'TIMEOUT');
});

test('the caller can give up at any time, and the connection is closed', { timeout: 300_000 }, async (t) => {
  for (const start of [() => undefined, (response: ServerResponse) => response.writeHead(200).write('{')]) {
    const abort = new AbortController();
    let left: Promise<unknown> | undefined;
    const server = await serve(t, (request, response) => {
      left = new Promise((resolve) => request.socket.once('close', resolve));
      start(response);
      setImmediate(() => abort.abort());
    });
    const error = await errorFrom(clientOf(server.host).get(ref, { signal: abort.signal }));
    assert.deepEqual([error.kind, error.code], ['ABORTED', 'CANCELLED']);
    await left;
  }
});

test('a call leaves nothing on a signal that outlives it', async (t) => {
  const server = await serve(t, (_, response) => response.end('{"done":true}'));
  const client = clientOf(server.host);
  const { signal } = new AbortController();
  for (let call = 0; call < 3; call += 1) await client.get(ref, { signal });
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('a body over 8 MiB is refused: announced, streamed or packed', async (t) => {
  const cases: Record<string, (response: ServerResponse) => void> = {
    announced: (response) => response.writeHead(200, { 'content-length': String(9 * MIB) }).write('{'),
    streamed: (response) => response.end(Buffer.alloc(9 * MIB, ' ')),
    packed: (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(9 * MIB, ' '))),
  };
  for (const [name, behave] of Object.entries(cases)) {
    const server = await serve(t, (_, response) => behave(response));
    const error = await errorFrom(clientOf(server.host).get(ref));
    assert.deepEqual([error.kind, error.code, error.httpStatus], ['TOO_LARGE', 'RESOURCE_EXHAUSTED', 200], name);
    assert.match(error.message, /over 8 MiB/);
  }
  const below = await serve(t, (_, response) => response.end(`${' '.repeat(8 * MIB - 20)}{"done":true}`));
  assert.equal((await clientOf(below.host).get(ref)).done, true);
});

test('of 100 MB only what is needed to refuse them is read', async (t) => {
  let written = 0;
  let closed: Promise<unknown> | undefined;
  const server = createServer((_, response) => {
    closed = new Promise((resolve) => response.once('close', resolve));
    response.writeHead(200);
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const pump = () => {
      while (written < 100_000_000 && !response.destroyed) {
        written += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', pump);
          return;
        }
      }
      response.end();
    };
    pump();
  });
  await listen(t, server);
  const { port } = server.address() as AddressInfo;
  const error = await errorFrom(clientOf(`127.0.0.1:${port}`).get(ref));
  assert.equal(error.kind, 'TOO_LARGE');
  await closed;
  assert.ok(written < 40_000_000, `${written} bytes left the server`);
});
