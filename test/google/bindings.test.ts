import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, errorFrom, ref } from './support/client.js';
import { serve } from './support/server.js';

const OPERATION = '/v1/projects/p/locations/us-central1/operations/123';

test('wait is asked for as its service has it, and not at all where that has none', async (t) => {
  const server = await serve(t, (_, response) => response.end('{"name":"operations/123"}'));
  const client = clientOf(server.host, undefined, ['*', 'mine.example']);
  const waitOf = (service: string) => client.wait({ ...ref, service }, { waitMs: 2_500 });
  for (const service of [
    'run.googleapis.com',
    'translate.googleapis.com',
    'colaboratory.googleapis.com',
    'mine.example',
  ])
    await waitOf(service);
  assert.deepEqual(
    server.requests.map(({ method, url, headers, body }) => [method, url, headers['content-type'], body]),
    [
      ['POST', `${OPERATION}:wait`, 'application/json', '{"timeout":"2.5s"}'],
      ['POST', `${OPERATION}:wait`, 'application/json', '{"timeout":"2.5s"}'],
      ['GET', `${OPERATION}:wait?timeout=2.5s`, undefined, ''],
      ['POST', `${OPERATION}:wait?timeout=2.5s`, undefined, ''],
    ],
  );
  const { code, message } = await errorFrom(waitOf('batch.googleapis.com'));
  assert.equal(code, 'UNIMPLEMENTED');
  assert.match(message, /batch\.googleapis\.com has no wait$/);
  assert.equal(server.requests.length, 4, 'nothing was sent');
});

test("Cloud Storage's cancel is answered without a body", async (t) => {
  const server = await serve(t, (_, response) => response.writeHead(204).end());
  const name = 'projects/_/buckets/b/operations/1';
  const client = clientOf(server.host, undefined, ['storage.googleapis.com']);
  await client.cancel({ service: 'storage.googleapis.com', apiVersion: 'v1', name });
  assert.deepEqual(
    server.requests.map(({ method, url }) => `${method} ${url}`),
    ['POST /storage/v1/b/b/operations/1/cancel'],
  );
});
