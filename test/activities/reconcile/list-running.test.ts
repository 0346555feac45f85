import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ListRequest } from '../../../contract/activities.js';
import { isLasting, listRunning } from '../../../activities/reconcile/list-running.js';
import type { OperationsPage } from '../../../google/client.js';
import { GoogleApiError } from '../../../google/error.js';

const ref = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', parent: 'projects/p/locations/l/operations' };
const rejected = new GoogleApiError('bad', { code: 'INVALID_ARGUMENT', kind: 'STATUS' });

/** A client whose list answers each query with a page. */
function listing(answer: (query: ListRequest) => OperationsPage) {
  const asked: ListRequest[] = [];
  const list = async (query: ListRequest): Promise<OperationsPage> => {
    asked.push(query);
    return Promise.resolve(query).then(answer);
  };
  return { asked, list };
}

const named = (...ids: string[]) =>
  ids.map((id) => ({ name: `projects/123/locations/l/operations/${id}`, done: false }));

describe('the list of what runs', () => {
  test('has the last segments of all pages, in whatever spelling Google lists the project', async () => {
    const client = listing(({ pageToken }) =>
      pageToken === undefined ? { operations: named('1'), nextPageToken: 'x' } : { operations: named('2') },
    );
    const { ids, pages } = await listRunning(client, ref);
    assert.deepEqual([...ids], ['1', '2']);
    assert.equal(pages, 2);
    assert.deepEqual(
      client.asked.map(({ filter }) => filter),
      ['done=false', 'done=false'],
    );
  });

  test('has nothing that is done', async () => {
    const client = listing(() => ({ operations: [...named('1'), { name: `${ref.parent}/2`, done: true }] }));
    assert.deepEqual([...(await listRunning(client, ref)).ids], ['1']);
  });

  test('is read without the filter where the service refuses that, and then always', async () => {
    const client = listing(({ filter }) => {
      if (filter !== undefined) throw rejected;
      return { operations: named('1') };
    });
    const read = await listRunning(client, ref);
    assert.deepEqual([[...read.ids], read.noFilter], [['1'], true]);
    await listRunning(client, ref, read);
    assert.equal(client.asked.length, 3);
  });

  test('has the filter of its kind alone where it is of jobs', async () => {
    const client = listing(() => ({ operations: [] }));
    await listRunning(client, { ...ref, parent: 'projects/p/locations/l/customJobs' });
    assert.equal(client.asked[0]?.filter, undefined);
  });

  for (const [what, next] of [
    ['goes in circles', () => 'again'],
    ['has no end', (token = '') => `${token}x`],
  ] as const)
    test(`is not used where it ${what}`, async () => {
      const client = listing(({ pageToken }) => ({ operations: named('1'), nextPageToken: next(pageToken) }));
      await assert.rejects(listRunning(client, ref), (error) => error instanceof GoogleApiError && isLasting(error));
      assert.ok(client.asked.length <= 20);
    });

  test('is given up where it is refused, and not where it fails for a while', () => {
    const of = (code: GoogleApiError['code'], kind: GoogleApiError['kind'] = 'STATUS', httpStatus?: number) =>
      isLasting(new GoogleApiError('x', { code, kind, httpStatus }));
    for (const code of ['UNIMPLEMENTED', 'NOT_FOUND', 'PERMISSION_DENIED', 'INVALID_ARGUMENT'] as const)
      assert.ok(of(code), code);
    for (const code of ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'UNAUTHENTICATED'] as const) assert.ok(!of(code), code);
    assert.ok(of('NOT_FOUND', 'NOT_API_ERROR', 404));
    assert.ok(!of('UNAVAILABLE', 'NOT_API_ERROR', 502));
  });
});
