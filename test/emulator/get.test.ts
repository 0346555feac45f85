import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { call, clock, emulatorFor, get, NAME, post, problem, remove } from './support.js';

describe('get', () => {
  it('omits done while the operation runs, like proto3 JSON', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({ name: NAME, completesAfterMs: 1_000 });
    const running = await get(emulator, NAME);
    assert.deepEqual(running.json(), {
      name: NAME,
      metadata: {
        '@type': 'type.googleapis.com/google.cloud.aiplatform.v1beta1.DeleteOperationMetadata',
        genericMetadata: { createTime: '2026-01-01T00:00:00.000Z', updateTime: '2026-01-01T00:00:00.000Z' },
      },
    });
    move(1_000);
    const { metadata, ...done } = (await get(emulator, NAME)).json();
    assert.deepEqual(done, {
      name: NAME,
      done: true,
      response: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
    });
    assert.match(JSON.stringify(metadata), /"updateTime":"2026-01-01T00:00:01.000Z"/);
  });

  it('is indented JSON with Google’s Content-Type', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, metadata: { a: 1 } });
    const { headers, text } = await get(emulator, NAME);
    assert.equal(headers.get('content-type'), 'application/json; charset=UTF-8');
    assert.equal(text, `{\n  "name": "${NAME}",\n  "metadata": {\n    "a": 1\n  }\n}\n`);
  });

  it('has metadata of Vertex AI in the version that was asked for, and none for other services unless scripted', async (t) => {
    const emulator = await emulatorFor(t);
    const scripted = { '@type': 'type.googleapis.com/google.cloud.run.v2.Service' };
    const plain = 'projects/p/locations/us-central1/operations/1';
    const healthcare = 'projects/p/locations/us-central1/datasets/d/operations/1';
    for (const name of [NAME, plain, healthcare, 'operations/1', 'projects/p/operations/1']) emulator.add({ name });
    emulator.add({ name: `${NAME}0`, metadata: scripted });
    const typeOf = async (path: string) => {
      const metadata = (await get(emulator, path)).json()['metadata'] as Record<string, unknown> | undefined;
      return metadata?.['@type'];
    };
    for (const version of ['v1', 'v1beta1']) {
      const type = `type.googleapis.com/google.cloud.aiplatform.${version}.DeleteOperationMetadata`;
      assert.equal(await typeOf(`/${version}/${NAME}`), type);
      const [listed] = (await get(emulator, `/${version}/projects/p/locations/us-central1/operations`)).json()
        .operations as unknown as { metadata: Record<string, unknown> }[];
      assert.equal(listed?.metadata['@type'], type);
    }
    for (const path of [
      `/v2/${NAME}`,
      `/v3beta1/${NAME}`,
      `/ui/${NAME}`,
      '/v1/operations/1',
      `/v1/${plain}`,
      `/v1/${healthcare}`,
      '/v1/projects/p/operations/1',
    ])
      assert.equal(await typeOf(path), undefined, path);
    assert.equal(await typeOf(`/v2/${NAME}0`), scripted['@type']);
  });

  it('serves the paths of Vertex AI’s REST clients, Cloud DNS and Cloud Storage', async (t) => {
    const emulator = await emulatorFor(t);
    const bucket = 'projects/_/buckets/b';
    emulator.add({ name: NAME });
    emulator.add({ name: `${bucket}/operations/1` });
    for (const path of [`/ui/${NAME}`, `/dns/v1beta2/${NAME}`])
      assert.equal((await get(emulator, path)).json()['name'], NAME);
    const [first] = (await get(emulator, '/ui/projects/p/locations/us-central1/operations')).json().operations ?? [];
    assert.equal(first?.name, NAME);
    assert.equal((await get(emulator, '/storage/v1/b/b/operations/1')).json()['name'], `${bucket}/operations/1`);
    assert.equal((await get(emulator, '/storage/v1/b/b/operations')).json().operations?.length, 1);
    const cancelled = await post(emulator, '/storage/v1/b/b/operations/1/cancel');
    assert.deepEqual([cancelled.status, cancelled.text], [204, '']);
    assert.equal((await get(emulator, '/storage/v1/b/b/operations/1')).json().error?.code, 1);
    assert.deepEqual(
      emulator.requests(NAME).map(({ apiVersion }) => apiVersion),
      [undefined, 'v1beta2'],
    );
  });

  it('shows other metadata after an accepted cancel, and at the end, where the script has them', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({
      name: NAME,
      metadata: { state: 'RUNNING' },
      cancellingMetadata: { state: 'CANCELLING' },
      onCancel: { kind: 'ignored' },
    });
    const state = async () => (await get(emulator, NAME)).json()['metadata'];
    assert.deepEqual(await state(), { state: 'RUNNING' });
    await post(emulator, `${NAME}:cancel`);
    assert.deepEqual(await state(), { state: 'CANCELLING' });
    emulator.complete(NAME, { metadata: { state: 'CANCELLED' } });
    assert.deepEqual((await get(emulator, NAME)).json(), { name: NAME, done: true, metadata: { state: 'CANCELLED' } });
  });

  it('finds names of any collection, under any API version', async (t) => {
    const emulator = await emulatorFor(t);
    const names = [
      'operations/x',
      'batches/1',
      'transferOperations/a/b',
      'projects/p/locations/l/ragEngineConfig/operations/Ab_-==',
    ];
    for (const name of names) emulator.add({ name });
    for (const name of names) {
      for (const version of ['v1', 'v1beta1', 'v2alpha3']) {
        assert.equal((await get(emulator, `/${version}/${name}`)).json()['name'], name);
      }
    }
  });

  it('accepts a percent-encoded name and a fixed segment before the name', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    assert.equal((await get(emulator, `/v1/${NAME.replace('7', '%37')}`)).json()['name'], NAME);
    assert.equal((await get(emulator, `/v1/operations/${NAME}`)).json()['name'], NAME);
    assert.equal((await get(emulator, `/v1/admin/${NAME}`)).json()['name'], NAME);
  });

  it('answers with the project number, to requests with the id or the number', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: 'projects/p/operations/1', projectNumber: '123' });
    for (const project of ['p', '123']) {
      const reply = await get(emulator, `projects/${project}/operations/1`);
      assert.equal(reply.json()['name'], 'projects/123/operations/1');
    }
  });

  it('is a JSON 404 for an operation that is unknown, not visible yet, expired or deleted', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({ name: NAME, visibleAfterMs: 10, expiresAfterMs: 20 });
    const notFound = [404, 404, 'NOT_FOUND'];
    assert.deepEqual(problem(await get(emulator, 'operations/unknown')), notFound);
    assert.deepEqual(problem(await get(emulator, NAME)), notFound);
    move(10);
    assert.equal((await get(emulator, NAME)).status, 200);
    move(10);
    assert.deepEqual(problem(await get(emulator, NAME)), notFound);
    emulator.add({ name: 'operations/2' });
    assert.equal((await remove(emulator, 'operations/2')).text, '{}\n');
    assert.deepEqual(problem(await get(emulator, 'operations/2')), notFound);
    assert.deepEqual(emulator.operation('operations/2').state, { phase: 'gone', at: now(), why: 'deleted' });
  });

  it('shows each kind of result unchanged', async (t) => {
    const emulator = await emulatorFor(t);
    const results = [
      {},
      { error: { code: 8, message: 'm' } },
      { response: { a: 1 } },
      { error: { code: 1 }, response: {} },
    ];
    for (const [index, result] of results.entries()) {
      const name = `operations/${index}`;
      emulator.add({ name, completesAfterMs: 0, metadata: {}, result });
      assert.deepEqual((await get(emulator, name)).json(), { name, metadata: {}, done: true, ...result });
    }
  });
});

describe('an unknown path', () => {
  it('is an HTML 404', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    const requests = [
      ['GET', '/'],
      ['GET', `/${NAME}`],
      ['GET', `/v1/${NAME}:cancel`],
      ['POST', `/v1/${NAME}`],
      ['POST', `/v1/${NAME}:destroy`],
      ['PUT', `/v1/${NAME}`],
      ['GET', '/v1/<script>'],
      ['GET', '/v1/%zz'],
    ] as const;
    for (const [method, path] of requests) {
      const { status, headers, text } = await call(emulator, method, path);
      assert.deepEqual([status, headers.get('content-type')], [404, 'text/html; charset=UTF-8'], path);
      assert.match(text, /^<!DOCTYPE html>/);
      assert.doesNotMatch(text, /<script>/);
    }
  });
});

const partial = async (t: Parameters<typeof emulatorFor>[0], fields: string) => {
  const emulator = await emulatorFor(t);
  emulator.add({
    name: NAME,
    completesAfterMs: 0,
    metadata: { a: 1 },
    result: { error: { code: 3, message: 'm' } },
  });
  return get(emulator, `${NAME}?fields=${encodeURIComponent(fields)}`);
};

describe('fields', () => {
  it('selects the named fields and nothing else', async (t) => {
    const error = { code: 3, message: 'm' };
    assert.deepEqual((await partial(t, 'name,done,error')).json(), { name: NAME, done: true, error });
    assert.deepEqual((await partial(t, 'error/code')).json(), { error: { code: 3 } });
    assert.deepEqual((await partial(t, 'done,error(code,message)')).json(), { done: true, error });
    assert.deepEqual((await partial(t, '*')).json(), { name: NAME, done: true, error, metadata: { a: 1 } });
  });

  it('is INVALID_ARGUMENT if it is malformed', async (t) => {
    for (const fields of ['', ',', 'name,', 'error(code', 'error/', 'a b']) {
      assert.deepEqual(problem(await partial(t, fields)), [400, 400, 'INVALID_ARGUMENT'], fields);
    }
  });
});

describe('a padded operation', () => {
  it('has as many bytes as its script says, and is small again with fields', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, completesAfterMs: 0, responseBytes: 10_000_000 });
    const { headers, text, json } = await get(emulator, NAME);
    assert.equal(text.length, 10_000_000);
    assert.equal(headers.get('content-length'), '10000000');
    assert.equal(json()['done'], true);
    const small = await get(emulator, `${NAME}?fields=name,done,error`);
    assert.deepEqual(small.json(), { name: NAME, done: true });
    assert.ok(JSON.stringify(emulator.operation(NAME)).length < 1_000);
  });

  it('can be padded in its metadata while it runs', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, metadataBytes: 5_000 });
    assert.equal((await get(emulator, NAME)).text.length, 5_000);
  });
});
