import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createDeflate, createGzip, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { GoogleApiError } from '../../google/error.js';
import { clientOf } from '../google/support/client.js';
import { anyBody, NAME } from './support/bodies.js';
import { property } from './support/property.js';

const FILE = 'hostile/wire';
const ref = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name: NAME };
const MIB = 1024 * 1024;

let answer: (response: ServerResponse) => void = (response) => response.end();
let server: Server;
let host: string;
before(async () => {
  server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const bytes = fc.oneof(
  anyBody.map((text) => Buffer.from(text)),
  // Half a character, an invalid byte, an overlong slash, a surrogate in UTF-8, UTF-16 with its mark.
  fc
    .tuple(anyBody, fc.nat(), fc.constantFrom('c3', 'ff', 'c0af', 'eda080', 'f4908080', 'fffe7b00', 'efbbbf'))
    .map(([text, seed, hex]) => {
      const good = Buffer.from(text);
      const at = seed % (good.length + 1);
      return Buffer.concat([good.subarray(0, at), Buffer.from(hex, 'hex'), good.subarray(at)]);
    }),
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
);

property(
  FILE,
  'whatever bytes come over the wire, packed or not, a call ends in an Operation or an error of its kind',
  fc.record({
    status: fc.constantFrom(200, 200, 200, 201, 206, 304, 400, 404, 500, 503),
    body: bytes,
    packing: fc.constantFrom('none', 'none', 'gzip', 'claimed gzip', 'unknown', 'twice'),
    lie: fc.constantFrom('none', 'none', 'longer', 'chunked'),
  }),
  async ({ status, body, packing, lie }) => {
    const packed = packing === 'gzip' ? gzipSync(body) : packing === 'twice' ? gzipSync(gzipSync(body)) : body;
    const encoding = {
      gzip: 'gzip',
      'claimed gzip': 'gzip',
      unknown: 'zstd-x',
      twice: 'gzip, gzip',
      none: undefined,
    }[packing];
    answer = (response) => {
      response.writeHead(status, {
        ...(encoding !== undefined && { 'content-encoding': encoding }),
        ...(lie === 'longer' && { 'content-length': String(packed.length + 10) }),
        ...(lie === 'none' && { 'content-length': String(packed.length) }),
      });
      response.write(packed);
      if (lie === 'longer') response.destroy();
      else response.end();
    };
    try {
      const { name, done } = await clientOf(host, 5_000).get(ref);
      assert.ok(status < 300 && typeof done === 'boolean' && typeof name === 'string');
    } catch (error) {
      assert.ok(error instanceof GoogleApiError, String(error));
      const kinds = status < 300 ? ['BODY', 'NETWORK', 'STATUS'] : ['STATUS', 'NOT_API_ERROR', 'REDIRECT', 'NETWORK'];
      assert.ok(kinds.includes(error.kind), `${error.kind} ${error.message}`);
    }
  },
  { short: 150, share: 0.2 },
);

const stream = (response: ServerResponse, total: number, through?: NodeJS.ReadWriteStream): void => {
  const target = through ?? response;
  through?.pipe(response);
  const chunk = Buffer.alloc(256 * 1024, ' ');
  let left = total;
  const pump = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!target.write(chunk)) {
        target.once('drain', pump);
        return;
      }
    }
    if (left <= 0) target.end();
  };
  pump();
};

const HUGE: Record<string, (response: ServerResponse) => void> = {
  '100 MB with its length': (response) => {
    response.writeHead(200, { 'content-length': String(100_000_000) });
    stream(response, 100_000_000);
  },
  '100 MB without a length': (response) => stream(response.writeHead(200), 100_000_000),
  'a gzip bomb of 1 GB': (response) =>
    stream(response.writeHead(200, { 'content-encoding': 'gzip' }), 1_000 * MIB, createGzip({ level: 1 })),
  'a deflate bomb of 1 GB': (response) =>
    stream(response.writeHead(200, { 'content-encoding': 'deflate' }), 1_000 * MIB, createDeflate({ level: 1 })),
};

for (const [what, behave] of Object.entries(HUGE)) {
  test(`${what} is refused with little of it in memory`, { timeout: 300_000 }, async () => {
    answer = behave;
    const before = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => {
      const { external, heapUsed, arrayBuffers } = process.memoryUsage();
      most = Math.max(
        most,
        external + heapUsed + arrayBuffers - before.external - before.heapUsed - before.arrayBuffers,
      );
    }, 5);
    await assert
      .rejects(
        clientOf(host).get(ref),
        (error) => error instanceof GoogleApiError && error.kind === 'TOO_LARGE' && error.code === 'RESOURCE_EXHAUSTED',
      )
      .finally(() => clearInterval(watch));
    // Both ends are in this process, with their buffers: far from the hundred and the thousand that were sent.
    assert.ok(most < 80 * MIB, `${Math.round(most / MIB)} MiB`);
  });
}

test(
  'of an error of 100 MB, packed or not, only the beginning is read, and its status counts',
  { timeout: 300_000 },
  async () => {
    for (const through of [undefined, createGzip({ level: 1 })]) {
      answer = (response) =>
        stream(response.writeHead(503, through && { 'content-encoding': 'gzip' }), 100_000_000, through);
      await assert.rejects(
        clientOf(host).get(ref),
        (error) => error instanceof GoogleApiError && error.kind === 'NOT_API_ERROR' && error.code === 'UNAVAILABLE',
      );
    }
  },
);

test('headers without end, and a status line that is none, are no answer', async () => {
  const raw: ((response: ServerResponse) => void)[] = [
    (response) => response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n{"done":true}`),
    (response) => response.socket?.end('HTTP/1.1 2OO OK\r\n\r\n{"done":true}'),
    (response) => response.socket?.end(randomBytes(1_000)),
    (response) =>
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\n{"done":true}'),
  ];
  for (const behave of raw) {
    answer = behave;
    await assert.rejects(
      clientOf(host).get(ref),
      (error) => error instanceof GoogleApiError && ['NETWORK', 'BODY'].includes(error.kind),
    );
  }
});
