import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Emulator } from '../../emulator/index.js';
import { emulatorFor, get, problem } from './support.js';
import type { Reply } from './support.js';

const PARENT = 'projects/p/locations/l';

function list(emulator: Emulator, query: Record<string, string> = {}, parent = PARENT): Promise<Reply> {
  return get(emulator, `${parent}/operations?${new URLSearchParams(query).toString()}`);
}

function ids(reply: Reply): string[] {
  return (reply.json().operations ?? []).map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
}

async function withTen(t: Parameters<typeof emulatorFor>[0]): Promise<Emulator> {
  const emulator = await emulatorFor(t);
  for (let id = 0; id < 10; id += 1) {
    emulator.add({ name: `${PARENT}/operations/${id}`, ...(id % 2 === 0 && { completesAfterMs: 0 }) });
  }
  return emulator;
}

describe('list', () => {
  it('returns the operations under the parent and no others', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: `${PARENT}/operations/own` });
    emulator.add({ name: `${PARENT}/indexes/7/operations/nested` });
    emulator.add({ name: `${PARENT}2/operations/other` });
    emulator.add({ name: `${PARENT}/operations/hidden`, visibleAfterMs: 60_000 });
    emulator.add({ name: 'operations/top' });
    assert.deepEqual(ids(await list(emulator)), ['own', 'nested']);
    assert.deepEqual(ids(await list(emulator, {}, `${PARENT}/indexes/7`)), ['nested']);
    assert.deepEqual(ids(await get(emulator, 'operations')), ['top']);
    assert.equal((await list(emulator, {}, 'projects/none')).text, '{}\n');
    assert.deepEqual(
      emulator.requests(PARENT, 'list').map(({ status }) => status),
      [200],
    );
  });

  it('pages through everything once, whatever the page size', async (t) => {
    const emulator = await withTen(t);
    for (const pageSize of ['1', '3', '5', '10', '0', '99999']) {
      const seen: string[] = [];
      let pageToken: string | undefined = '';
      while (pageToken !== undefined) {
        const page: Reply = await list(emulator, { pageSize, pageToken });
        seen.push(...ids(page));
        pageToken = page.json().nextPageToken;
      }
      assert.equal(seen.join(''), '0123456789', pageSize);
    }
  });

  it('returns no token with the last page', async (t) => {
    const emulator = await withTen(t);
    assert.equal((await list(emulator, { pageSize: '10' })).json().nextPageToken, undefined);
    assert.equal(typeof (await list(emulator, { pageSize: '9' })).json().nextPageToken, 'string');
  });

  it('filters on done', async (t) => {
    const emulator = await withTen(t);
    for (const filter of ['done=true', 'done = true']) {
      assert.equal(ids(await list(emulator, { filter })).join(''), '02468');
    }
    for (const filter of ['done=false', 'done = false', 'NOT done', '-done']) {
      assert.equal(ids(await list(emulator, { filter })).join(''), '13579');
    }
  });

  it('filters on fields of the operation and its metadata, with AND, OR, NOT and comparisons', async (t) => {
    const emulator = await emulatorFor(t);
    const add = (id: string, metadata: Record<string, unknown>, done = false) =>
      emulator.add({ name: `${PARENT}/operations/${id}`, metadata, ...(done && { completesAfterMs: 0 }) });
    add('a', { '@type': 'x/CreateIndex', state: 'RUNNING', progress: 9, createTime: '2026-01-01T00:00:00Z' });
    add('b', { '@type': 'x/CreateIndex', state: 'DONE', progress: 10, createTime: '2026-02-01T00:00:00Z' }, true);
    add('c', { '@type': 'x/DeployIndex', status: { state: 'RUNNING' }, createTime: '2026-03-01T00:00:00Z' });
    const expected: [filter: string, ids: string][] = [
      ['', 'abc'],
      ['metadata.state = RUNNING', 'a'],
      ['state=RUNNING', 'a'],
      ['status.state="RUNNING"', 'c'],
      ['state!=DONE', 'ac'],
      ['NOT state=DONE', 'ac'],
      ['-state=DONE', 'ac'],
      ['metadata.@type:CreateIndex AND done=false', 'a'],
      ['(metadata.@type:CreateIndex) AND (metadata.createTime > "2026-01-15T00:00:00Z")', 'b'],
      ['createTime<=2026-02-01T00:00:00Z', 'ab'],
      ['progress >= 10', 'b'],
      ['progress<10', 'a'],
      ['state=DONE OR status.state=RUNNING AND done=false', 'c'],
      ['status:*', 'c'],
      ['name:operations/b', 'b'],
      ['state="A AND B"', ''],
      ['{"projectId":"p"}', 'abc'],
    ];
    for (const [filter, found] of expected) assert.equal(ids(await list(emulator, { filter })).join(''), found, filter);
  });

  it('leaves out an unreachable operation and names its parent', async (t) => {
    const emulator = await withTen(t);
    for (const id of [1, 2]) emulator.add({ name: `${PARENT}2/operations/${id}`, unreachable: true });
    const { operations, unreachable } = (await get(emulator, 'projects/p/locations/l/operations')).json();
    assert.deepEqual([operations?.length, unreachable], [10, undefined]);
    const hidden = (await list(emulator, {}, `${PARENT}2`)).json();
    assert.deepEqual(hidden, { unreachable: [`${PARENT}2`] });
    assert.deepEqual((await list(emulator, { fields: 'operations(name)' }, `${PARENT}2`)).json(), {});
    assert.equal((await get(emulator, `${PARENT}2/operations/1`)).status, 200);
  });

  it('is served behind a fixed segment', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: `${PARENT}/operations/own` });
    emulator.add({ name: 'operations/top' });
    assert.deepEqual(ids(await get(emulator, `/v1/admin/${PARENT}/operations`)), ['own']);
    assert.deepEqual(ids(await get(emulator, `/v1/operations/${PARENT}/operations`)), ['own']);
    assert.deepEqual(ids(await get(emulator, '/v1/operations')), ['top']);
  });

  it('is INVALID_ARGUMENT for a malformed filter, page size or token', async (t) => {
    const emulator = await withTen(t);
    const { nextPageToken = '' } = (await list(emulator, { pageSize: '2', filter: '-done' })).json();
    const bad: Record<string, string>[] = [
      { filter: 'nonsense' },
      { filter: 'done' },
      { filter: 'done=true AND' },
      { filter: '(done=true AND name:a) OR done=false' },
      { pageSize: '-1' },
      { pageSize: 'x' },
      { pageToken: 'x' },
      { pageToken: nextPageToken.slice(1), filter: '-done' },
      // A token is valid only with its filter.
      { pageToken: nextPageToken },
    ];
    for (const query of bad) {
      assert.deepEqual(problem(await list(emulator, query)), [400, 400, 'INVALID_ARGUMENT'], JSON.stringify(query));
    }
  });

  it('supports fields', async (t) => {
    const emulator = await withTen(t);
    const reply = await list(emulator, { pageSize: '1', fields: 'operations(name,done)' });
    assert.deepEqual(reply.json(), { operations: [{ name: `${PARENT}/operations/0`, done: true }] });
  });
});
