import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ListPage } from '../../contract/activities.js';
import { initialBulkProgress } from '../../workflows/bulk/progress.js';
import { recordPage, relist } from '../../workflows/bulk/pages.js';
import { SeenNames } from '../../workflows/bulk/seen-names.js';

const MANY = 5_000;

/** Reads pages until one is the last or shows a circle. */
function listing() {
  const progress = initialBulkProgress('run');
  const seen = new SeenNames();
  return { progress, take: (page: ListPage) => recordPage(progress, seen, page) };
}

const running = (...names: string[]) => names.map((name) => ({ name, done: false }));
const done = (...names: string[]) => names.map((name) => ({ name, done: true }));

describe('the pages of a listing', () => {
  test('what runs is queued once, and what is done is passed over', () => {
    const { progress, take } = listing();
    assert.equal(take({ operations: [...running('a/1'), ...done('a/2')], nextPageToken: '1' }), 'more');
    assert.equal(take({ operations: running('a/1', 'a/3') }), 'last');
    assert.deepEqual([progress.queue, progress.matched, progress.listed], [['a/1', 'a/3'], 2, true]);
  });

  test('thousands of pages that hold only what is done, or nothing, are read to the end', () => {
    const { progress, take } = listing();
    for (let page = 0; page < MANY; page++) {
      const operations = page % 2 === 0 ? done(`a/${page}`) : [];
      assert.equal(take({ operations, nextPageToken: `token ${page}` }), 'more');
    }
    assert.equal(take({ operations: running('a/last') }), 'last');
    assert.deepEqual(progress.queue, ['a/last']);
  });

  test('the same operations under ever new tokens are a circle', () => {
    const { take } = listing();
    let pages = 0;
    while (take({ operations: running('a/1'), nextPageToken: `token ${pages}` }) !== 'circles') pages++;
    assert.equal(pages, 1_000);
  });

  test('tokens that come again are a circle, whatever their pages hold', () => {
    for (const length of [1, 2, 7]) {
      const { take } = listing();
      let pages = 0;
      while (take({ operations: [], nextPageToken: `${pages % length}` }) !== 'circles')
        assert.ok(pages++ < 30);
    }
  });

  test('a listing is begun again once, and only from the second page on', () => {
    const { progress, take } = listing();
    assert.equal(relist(progress), false);
    for (let page = 0; page < MANY; page++)
      take({ operations: running(`a/${page}`), nextPageToken: `${page}` });
    assert.equal(relist(progress), true);
    assert.equal(progress.pageToken, undefined);
    for (let page = 0; page < MANY; page++)
      assert.equal(take({ operations: running(`a/${page}`), nextPageToken: `${page}` }), 'more');
    assert.equal(take({ operations: running('a/new') }), 'last');
    assert.equal(progress.matched, MANY + 1);
    assert.equal(relist(progress), false);
  });
});
