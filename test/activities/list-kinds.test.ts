import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { ListPage, ListPageRequest } from '../../contract/activities.js';
import { serve } from '../google/support/server.js';
import { activitiesFor, failureOf, run } from './support/attempts.js';

const LOCATION = 'projects/p/locations/l';
const CREATED = '2026-01-01T00:00:00Z';
const job = (collection: string, id: number) => ({ name: `${LOCATION}/${collection}/${id}`, createTime: CREATED });

type Answers = Record<
  string,
  (pageToken: string | null, request: number) => { status?: number; body: object | string }
>;

/** An API that answers each collection by its name, and what the activity reads of it page by page. */
async function listing(t: TestContext, answers: Answers, allowed = '**') {
  const counts = new Map<string, number>();
  const server = await serve(t, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const collection = pathname.split('/').at(-1) ?? '';
    const count = (counts.get(collection) ?? 0) + 1;
    counts.set(collection, count);
    const { status = 200, body } = answers[collection]?.(searchParams.get('pageToken'), count) ?? { body: {} };
    const isPage = typeof body === 'string';
    response.writeHead(status, { 'content-type': isPage ? 'text/html' : 'application/json' });
    response.end(isPage ? body : JSON.stringify(body));
  });
  const activities = activitiesFor(server, allowed);
  const base = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', parent: LOCATION };
  const read = (request: Partial<ListPageRequest>): Promise<ListPage> =>
    run(activities.listOperations, { ...base, ...request });
  const readAll = async (request: Partial<ListPageRequest>) => {
    const pages: ListPage[] = [];
    let pageToken: string | undefined;
    do {
      const page = await read({ ...request, pageToken });
      pages.push(page);
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return {
      names: pages.flatMap(({ operations }) => operations.map(({ name }) => name.slice(LOCATION.length + 1))),
      failures: pages.flatMap(({ failures = [] }) => failures),
    };
  };
  return { server, read, readAll };
}

const refusal = (code: number, status: string, message: string) => ({
  status: code,
  body: { error: { code, status, message } },
});

describe('the lists of several kinds', () => {
  test('are read one after the other, each to its end', async (t) => {
    const { readAll, server } = await listing(t, {
      operations: () => ({ body: { operations: [{ name: `${LOCATION}/operations/1` }] } }),
      customJobs: (token) => ({
        body:
          token === 'a:b!'
            ? { customJobs: [job('customJobs', 2)] }
            : { customJobs: [job('customJobs', 1)], nextPageToken: 'a:b!' },
      }),
      nasJobs: () => ({ body: { nasJobs: [job('nasJobs', 1)] } }),
    });
    const { names, failures } = await readAll({ kinds: ['operation', 'customJobs', 'nasJobs'] });
    assert.deepEqual(names, ['operations/1', 'customJobs/1', 'customJobs/2', 'nasJobs/1']);
    assert.deepEqual([failures, server.requests.length], [[], 4]);
  });

  test('that are refused are failures, and the others are read', async (t) => {
    const denied = 'Permission aiplatform.customJobs.list denied';
    const { readAll } = await listing(t, {
      customJobs: () => refusal(403, 'PERMISSION_DENIED', denied),
      nasJobs: () => ({ body: { nasJobs: [job('nasJobs', 1)] } }),
    });
    const { names, failures } = await readAll({ kinds: ['customJobs', 'nasJobs'] });
    assert.deepEqual(names, ['nasJobs/1']);
    assert.deepEqual(
      failures.map(({ name, type, message }) => [name, type, message.includes(denied)]),
      [[`${LOCATION}/customJobs`, 'PERMISSION_DENIED', true]],
    );
    const alone = await listing(t, { customJobs: () => refusal(403, 'PERMISSION_DENIED', denied) });
    const failure = await failureOf(() => alone.read({ kinds: ['customJobs'] }));
    assert.deepEqual([failure.type, failure.nonRetryable], ['PERMISSION_DENIED', true]);
  });

  test('that the rules of the worker forbid are failures too, and get no request', async (t) => {
    const { readAll, server } = await listing(t, {}, `${LOCATION}/nasJobs/*`);
    const { failures } = await readAll({ kinds: ['customJobs', 'nasJobs'] });
    assert.deepEqual(
      failures.map(({ type }) => type),
      ['PERMISSION_DENIED'],
    );
    assert.ok(server.requests.every(({ url }) => url.includes('/nasJobs?')));
  });

  test('whose page token has expired are read again from their beginning, once', async (t) => {
    const expired = refusal(400, 'INVALID_ARGUMENT', 'The page token is invalid.');
    const first = { body: { customJobs: [job('customJobs', 1)], nextPageToken: 'next' } };
    const { readAll } = await listing(t, {
      customJobs: (token, request) =>
        token === null ? first : request < 3 ? expired : { body: { customJobs: [job('customJobs', 2)] } },
      nasJobs: (token) => (token === null ? { body: { nasJobs: [], nextPageToken: 'next' } } : expired),
      pipelineJobs: () => ({ body: { pipelineJobs: [job('pipelineJobs', 1)] } }),
    });
    const { names, failures } = await readAll({ kinds: ['customJobs', 'nasJobs', 'pipelineJobs'] });
    assert.deepEqual(names, ['customJobs/1', 'customJobs/1', 'customJobs/2', 'pipelineJobs/1']);
    assert.deepEqual(
      failures.map(({ name, type }) => [name, type]),
      [[`${LOCATION}/nasJobs`, 'INVALID_ARGUMENT']],
    );
  });

  test('of all kinds leave out operations that the service has no list of, unless they are asked for', async (t) => {
    const { readAll } = await listing(t, {
      operations: () => ({ status: 404, body: '<html>404. That is an error.</html>' }),
      customJobs: () => ({ body: { customJobs: [job('customJobs', 1)] } }),
    });
    assert.deepEqual(await readAll({ kinds: ['all'] }), { names: ['customJobs/1'], failures: [] });
    const asked = await readAll({ kinds: ['all', 'operation'] });
    assert.deepEqual(
      asked.failures.map(({ type }) => type),
      ['NOT_FOUND'],
    );
  });

  test('of an unknown kind, or of kinds that are no texts, fail for good, and nothing is sent', async (t) => {
    const { read, server } = await listing(t, {});
    for (const kinds of [['customJobs', 'nothing'], 'all', [5]]) {
      const failure = await failureOf(() => read({ kinds: kinds as string[] }));
      assert.deepEqual([failure.type, failure.nonRetryable], ['INVALID_ARGUMENT', true]);
      assert.match(failure.message, /^kinds must be/);
    }
    assert.equal(server.requests.length, 0);
  });

  test('tell when each was created, where that is asked for: of a job, and of an operation by its metadata', async (t) => {
    const metadata = [
      { createTime: CREATED },
      { genericMetadata: { createTime: CREATED } },
      { createTime: 'soon' },
      {},
    ];
    const { read, server } = await listing(t, {
      operations: () => ({
        body: { operations: metadata.map((one, id) => ({ name: `${LOCATION}/operations/${id}`, metadata: one })) },
      }),
      customJobs: () => ({ body: { customJobs: [job('customJobs', 1)] } }),
    });
    const timesOf = async (request: Partial<ListPageRequest>) =>
      (await read(request)).operations.map(({ createTime }) => createTime);
    const time = new Date(CREATED).toISOString();
    assert.deepEqual(await timesOf({ withCreateTime: true }), [time, time, undefined, undefined]);
    assert.deepEqual(await timesOf({ kinds: ['customJobs'], withCreateTime: true }), [time]);
    assert.deepEqual(await timesOf({}), [undefined, undefined, undefined, undefined]);
    const fields = server.requests.map(({ url }) => new URL(url, 'http://x').searchParams.get('fields') ?? '');
    assert.deepEqual(
      fields.map((mask) => mask.includes('metadata')),
      [true, false, false],
    );
  });
});
