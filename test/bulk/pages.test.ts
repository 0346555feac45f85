import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ListPage } from '../../contract/activities.js';
import { initialBulkProgress } from '../../workflows/bulk/progress.js';
import { recordPage, restartListing } from '../../workflows/bulk/pages.js';
import { SeenNames } from '../../workflows/bulk/seen-names.js';

const MANY = 5_000;

/** A listing that takes pages one by one. */
function listing() {
  const progress = initialBulkProgress('run');
  const seenNames = new SeenNames();
  const take = (page: ListPage, createdBefore?: number) => recordPage(progress, seenNames, page, createdBefore);
  return { progress, seenNames, take };
}

const running = (...names: string[]) => names.map((name) => ({ name, done: false }));
const done = (...names: string[]) => names.map((name) => ({ name, done: true }));

describe('the pages of a listing', () => {
  test('an operation that is running is queued once, and one that is done is skipped', () => {
    const { progress, take } = listing();
    assert.equal(take({ operations: [...running('a/1'), ...done('a/2')], nextPageToken: '1' }), undefined);
    assert.equal(take({ operations: running('a/1', 'a/3') }), undefined);
    assert.deepEqual([progress.queue, progress.matched, progress.listed], [['a/1', 'a/3'], 2, true]);
  });

  test('places that cannot be reached are collected from all pages, each once, a thousand at most', () => {
    const { progress, take } = listing();
    take({ operations: [], nextPageToken: '1', unreachable: ['a', 'b'] });
    take({ operations: running('c/1'), nextPageToken: '2' });
    take({ operations: [], nextPageToken: '3', unreachable: ['b', 'c'] });
    assert.deepEqual(progress.unreachable, ['a', 'b', 'c']);
    assert.equal(
      take({ operations: [], unreachable: Array.from({ length: MANY }, (_, index) => `${index}`) }),
      undefined,
    );
    assert.equal(progress.unreachable.length, 1_000);
  });

  test('what was created later than the limit is passed over, and what tells no time is counted once', () => {
    const { progress, take } = listing();
    const [limit, created] = [Date.parse('2026-01-01T12:00:00Z'), (hour: string) => `2026-01-01T${hour}:00:00Z`];
    const operations = [
      { name: 'a/older', done: false, createTime: created('11') },
      { name: 'a/equal', done: false, createTime: created('12') },
      { name: 'a/younger', done: false, createTime: created('13') },
      { name: 'a/younger-and-denied', done: false, createTime: created('13'), denied: 'no' },
      ...running('a/unknown'),
      ...done('a/done'),
    ];
    assert.equal(take({ operations, nextPageToken: '1' }, limit), undefined);
    assert.equal(take({ operations }, limit), undefined);
    assert.deepEqual([progress.queue, progress.matched], [['a/older', 'a/equal'], 2]);
    assert.deepEqual([progress.unknownAge, progress.failures], [1, []]);
  });

  test('thousands of pages of what is too young are read to the end, also after a restart', () => {
    const { progress, seenNames, take } = listing();
    const takeAll = () => {
      for (let page = 0; page < MANY; page++) {
        const createTime = '2026-01-01T12:00:00Z';
        const operations = [{ name: `a/${page}`, done: false, createTime }];
        assert.equal(take({ operations, nextPageToken: `token ${page}` }, 0), undefined);
      }
    };
    takeAll();
    assert.equal(restartListing(progress, seenNames), true);
    takeAll();
    assert.deepEqual([progress.matched, progress.unknownAge], [0, 0]);
  });

  test('a collection that could not be listed is a failure beside the others', () => {
    const { progress, take } = listing();
    const failure = { name: 'a/customJobs', type: 'PERMISSION_DENIED', message: 'not enabled' };
    take({ operations: [], failures: [failure], nextPageToken: '1:' });
    take({ operations: running('a/1') });
    assert.deepEqual([progress.failures, progress.queue, progress.listed], [[failure], ['a/1'], true]);
  });

  test('thousands of pages without a running operation are read to the end', () => {
    const { progress, take } = listing();
    for (let page = 0; page < MANY; page++) {
      const operations = page % 2 === 0 ? done(`a/${page}`) : [];
      assert.equal(take({ operations, nextPageToken: `token ${page}` }), undefined);
    }
    assert.equal(take({ operations: running('a/last') }), undefined);
    assert.deepEqual(progress.queue, ['a/last']);
  });

  test('the same operations under ever new tokens are found to repeat', () => {
    const { take } = listing();
    let pages = 0;
    while (take({ operations: running('a/1'), nextPageToken: `token ${pages}` }) === undefined) pages++;
    assert.equal(pages, 1_000);
  });

  test('pages without a running operation under ever new tokens end, also after a restart', () => {
    const { progress, seenNames, take } = listing();
    const pagesTaken = () => {
      for (let pages = 1; ; pages++) {
        const end = take({ operations: pages % 2 === 0 ? done('a/1') : [], nextPageToken: `token ${pages}` });
        if (end !== undefined) return { pages, end };
      }
    };
    const end = 'gave 50000 pages in a row without a running operation';
    assert.equal(take({ operations: running('a/2'), nextPageToken: 'first' }), undefined);
    assert.deepEqual(pagesTaken(), { pages: 50_000, end });
    assert.equal(restartListing(progress, seenNames), true);
    assert.deepEqual(pagesTaken(), { pages: 50_000, end });
    assert.deepEqual(progress.queue, ['a/2']);
  });

  test('tokens that come again are found to repeat, whatever their pages hold', () => {
    for (const length of [1, 2, 7]) {
      const { take } = listing();
      let pages = 0;
      while (take({ operations: [], nextPageToken: `${pages % length}` }) === undefined) assert.ok(pages++ < 30);
    }
  });

  test('a listing is restarted once, and only after its first page', () => {
    const { progress, seenNames, take } = listing();
    assert.equal(restartListing(progress, seenNames), false);
    for (let page = 0; page < MANY; page++) take({ operations: running(`a/${page}`), nextPageToken: `${page}` });
    assert.equal(restartListing(progress, seenNames), true);
    assert.equal(progress.pageToken, undefined);
    for (let page = 0; page < MANY; page++)
      assert.equal(take({ operations: running(`a/${page}`), nextPageToken: `${page}` }), undefined);
    assert.equal(take({ operations: running('a/new') }), undefined);
    assert.equal(progress.matched, MANY + 1);
    assert.equal(restartListing(progress, seenNames), false);
  });
});
