import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { isCostly } from '../../google/json.js';
import { clientOf } from '../google/support/client.js';
import { NAME } from './support/bodies.js';

const MIB = 1024 * 1024;
const ref = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name: NAME };

let body: Buffer;
let server: Server;
let host: string;
before(async () => {
  server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** An Operation of just under 8 MiB, made of this piece. */
function operationOf(piece: string): Buffer {
  const head = `{"name":"${NAME}","done":true,"response":{"a":[`;
  return Buffer.from(`${head}${piece.repeat(Math.floor((8 * MIB - 200) / piece.length))}0]}}`);
}

for (const [what, piece] of Object.entries({ lists: '[],', objects: '{"a":{}},', numbers: '0,' })) {
  test(`a dozen Operations of 8 MiB of ${what} at once are refused before they are parsed`, async () => {
    body = operationOf(piece);
    const start = process.memoryUsage().rss;
    const calls = Array.from({ length: 12 }, () => clientOf(host, 120_000).get(ref));
    const ends = await Promise.allSettled(calls);
    for (const end of ends)
      assert.equal(end.status === 'rejected' && (end.reason as { kind?: string }).kind, 'TOO_LARGE');
    const taken = (process.memoryUsage().rss - start) / MIB;
    assert.ok(taken < 400, `${Math.round(taken)} MiB`);
  });
}

test('an Operation of 8 MiB of long texts is read', async () => {
  body = operationOf(`"${'x'.repeat(1_000)}",`);
  const { response } = await clientOf(host, 120_000).get(ref);
  assert.ok(Array.isArray(response?.['a']) && response['a'].length > 8_000);
});

test('what stands in texts counts as no value', () => {
  const text = JSON.stringify({ a: '[{,"'.repeat(400_000), b: '\\' });
  assert.equal(isCostly(text), false);
  assert.equal(isCostly(`${text}${'[]'.repeat(300_001)}`), true);
  assert.equal(isCostly(`"a\\\\"${','.repeat(600_001)}`), true);
});
