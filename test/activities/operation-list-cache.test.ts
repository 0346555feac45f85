import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createOperationListCache } from '../../activities/listing/operation-list-cache.js';
import type { ListRequest } from '../../contract/activities.js';
import type { CodeName } from '../../contract/code.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsPage } from '../../google/client.js';
import { GoogleApiError, type ErrorKind } from '../../google/error.js';

const PARENT = 'projects/p/locations/l/operations';
const ref = (id: number | string, parent = PARENT) => ({
  service: 'aiplatform.googleapis.com',
  apiVersion: 'v1',
  name: `${parent}/${id}`,
});
const running = (...ids: (number | string)[]): Operation[] =>
  ids.map((id) => ({ name: `projects/123456/locations/l/operations/${id}`, done: false }));

/** A cache that reads lists from five operations on, with ten operations of one collection, a clock and a list. */
function setUp() {
  const clock = { now: 1_000_000 };
  const cache = createOperationListCache({
    listThreshold: 4,
    clock: () => clock.now,
    random: () => 0,
  });
  const reads: { filter?: string; pageToken?: string }[] = [];
  type Answer = OperationsPage | undefined | Promise<OperationsPage | undefined>;
  let answer: (read: { filter?: string; pageToken?: string }) => Answer = () => ({
    operations: running(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
  });
  for (let id = 0; id < 10; id += 1) cache.track(ref(id));
  clock.now += 1;
  return {
    clock,
    cache,
    reads,
    answerWith: (next: typeof answer) => (answer = next),
    ask: (id: number | string, intervalMs = 30_000) =>
      cache.isListedAsRunning(ref(id), intervalMs, async (query) => {
        reads.push({
          ...(query.filter !== undefined && { filter: query.filter }),
          ...(query.pageToken !== undefined && { pageToken: query.pageToken }),
        });
        await Promise.resolve();
        return answer(query);
      }),
  };
}

function failure(code: CodeName, kind: ErrorKind = 'STATUS', httpStatus = 503, retryAfterMs?: number): GoogleApiError {
  return new GoogleApiError(`list failed: ${code}`, { code, kind, httpStatus, retryAfterMs });
}

describe('a list of the running operations', () => {
  test('is used only for a collection of more operations than the threshold', () => {
    const { cache } = setUp();
    assert.equal(cache.track(ref(1)), true);
    const others = [1, 2, 3, 4, 5].map((id) => cache.track(ref(id, 'projects/p/locations/m/operations')));
    assert.deepEqual(others, [false, false, false, false, true]);
  });

  test('an operation that is not asked about for ten minutes does not count', () => {
    const { cache, clock } = setUp();
    clock.now += 600_001;
    assert.equal(cache.track(ref(1)), false);
  });

  test('is kept for 5,000 collections, since callers can make up more: operations of others are polled one by one', () => {
    const { cache, clock } = setUp();
    for (let n = 0; n < 5_000; n += 1) cache.track(ref(0, `projects/p/locations/l${n}/operations`));
    const other = 'projects/p/locations/other/operations';
    for (let id = 0; id < 10; id += 1) cache.track(ref(id, other));
    assert.equal(cache.isCovered(ref(0, other)), false);
    assert.equal(cache.isCovered(ref(0)), true);
    clock.now += 601_000;
    for (let id = 0; id < 10; id += 1) cache.track(ref(id, other));
    assert.equal(cache.isCovered(ref(0, other)), true);
  });

  test('an operation that has ended does not count', () => {
    const { cache } = setUp();
    for (const id of [0, 1, 2, 3, 4, 5]) cache.recordPoll(ref(id), true);
    assert.equal(cache.track(ref(9)), false);
  });

  test('is read once, for names by their last segment; other callers do not wait for it', async () => {
    const { ask, reads } = setUp();
    assert.deepEqual(await Promise.all([ask(1), ask(2), ask(77)]), [true, undefined, undefined]);
    assert.deepEqual(await Promise.all([ask(1), ask(2), ask(77)]), [true, true, false]);
    assert.deepEqual(reads, [{ filter: 'done=false' }]);
  });

  test('of a job is that of its collection, with the filter of its kind', async () => {
    const { cache } = setUp();
    const parent = 'projects/p/locations/l/customJobs';
    for (const id of [1, 2, 3, 4, 5]) cache.track(ref(id, parent));
    const queries: ListRequest[] = [];
    const isListed = (id: number) =>
      cache.isListedAsRunning(ref(id, parent), 30_000, async (query) => {
        queries.push(query);
        return { operations: [{ name: `${parent}/1`, done: false }] };
      });
    assert.deepEqual([await isListed(1), await isListed(2)], [true, false]);
    assert.deepEqual(
      queries.map((query) => [query.parent, query.filter]),
      [[parent, undefined]],
    );
  });

  test('that is being read leaves the one before in use', async () => {
    const { ask, clock, answerWith } = setUp();
    await ask(1);
    clock.now += 5_000;
    answerWith(() => ({ operations: running(2) }));
    assert.deepEqual(await Promise.all([ask(1), ask(1)]), [false, true]);
  });

  test('that is still being read after a quarter of a minute without one leads to direct polls', async () => {
    const { ask, clock } = setUp();
    await ask(1);
    clock.now += 15_001;
    assert.deepEqual(await Promise.all([ask(1), ask(2)]), [true, false]);
    assert.equal(await ask(2), true);
  });

  test('is used for four seconds, and for less by an operation with a shorter interval', async () => {
    const { ask, reads, clock } = setUp();
    await ask(1);
    clock.now += 4_000;
    await ask(2);
    assert.equal(reads.length, 1);
    await ask(3, 2_000);
    assert.equal(reads.length, 2);
    clock.now += 4_001;
    await ask(4);
    assert.equal(reads.length, 3);
  });

  test('of many pages is used for longer, so that it costs no more than thirty requests a minute', async () => {
    const { ask, reads, clock, answerWith } = setUp();
    answerWith(({ pageToken }) =>
      pageToken === undefined
        ? { operations: running(1), nextPageToken: '2' }
        : pageToken === '5'
          ? { operations: running(5) }
          : { operations: running(pageToken), nextPageToken: String(Number(pageToken) + 1) },
    );
    assert.equal(await ask(5), true);
    assert.deepEqual(
      reads.map(({ pageToken }) => pageToken),
      [undefined, '2', '3', '4', '5'],
    );
    clock.now += 5 * 2_000;
    assert.equal(await ask(1), true);
    assert.equal(reads.length, 5);
    clock.now += 1;
    await ask(1);
    assert.equal(reads.length, 10);
  });

  test('proves nothing of an operation that it shows as done or not at all', async () => {
    const { ask, answerWith } = setUp();
    answerWith(() => ({
      operations: [{ name: 'projects/p/locations/l/operations/1', done: true }, ...running(2)],
    }));
    assert.deepEqual([await ask(1), await ask(2), await ask(3)], [false, true, false]);
  });

  test('of a service that refuses the filter is read without it from then on', async () => {
    const { ask, reads, answerWith, clock } = setUp();
    answerWith(({ filter }) => {
      if (filter !== undefined) throw failure('INVALID_ARGUMENT', 'STATUS', 400);
      return { operations: running(1) };
    });
    assert.equal(await ask(1), true);
    clock.now += 10_000;
    assert.equal(await ask(1), true);
    assert.deepEqual(reads, [{ filter: 'done=false' }, {}, {}]);
  });

  for (const [code, kind, status] of [
    ['UNIMPLEMENTED', 'STATUS', 501],
    ['PERMISSION_DENIED', 'STATUS', 403],
    ['NOT_FOUND', 'STATUS', 404],
    ['NOT_FOUND', 'NOT_API_ERROR', 404],
    ['PERMISSION_DENIED', 'FORBIDDEN', 0],
  ] as const) {
    test(`that answers ${code} (${kind}) is not read again for an hour, and each operation is polled directly`, async () => {
      const { ask, cache, answerWith, clock } = setUp();
      answerWith(() => {
        throw failure(code, kind, status);
      });
      assert.equal(await ask(1), false);
      assert.equal(cache.track(ref(1)), false);
      clock.now += 3_600_000;
      for (const id of [0, 1, 2, 3, 4]) cache.track(ref(id));
      assert.equal(cache.track(ref(1)), true);
    });
  }

  for (const [what, give] of [
    ['fails with a transient error', () => Promise.reject(failure('UNAVAILABLE'))],
    ['is over its quota', () => Promise.reject(failure('RESOURCE_EXHAUSTED', 'STATUS', 429))],
    ['gets no slot', () => Promise.resolve(undefined)],
  ] as const) {
    test(`that ${what} is read again the next time, and after a quarter of a minute each operation is polled directly`, async () => {
      const { ask, cache, answerWith, clock } = setUp();
      answerWith(give);
      assert.equal(await ask(1), undefined);
      clock.now += 15_000;
      assert.equal(await ask(1), undefined);
      clock.now += 1;
      assert.equal(await ask(1), false);
      assert.equal(cache.track(ref(1)), true, 'the list is read again');
      clock.now += 4_000;
      answerWith(() => ({ operations: running(1) }));
      assert.equal(await ask(1), true);
      answerWith(give);
      clock.now += 15_000;
      assert.equal(await ask(1), true, 'what was shown a moment ago');
      clock.now += 1;
      assert.equal(await ask(1), false);
    });
  }

  test('that keeps failing is read more and more rarely, and not before the time that Google asks for', async () => {
    const { ask, reads, answerWith, clock } = setUp();
    answerWith(() => Promise.reject(failure('UNAVAILABLE')));
    for (let second = 0; second < 60; second += 1, clock.now += 1_000) await ask(1);
    assert.equal(reads.length, 7);
    clock.now += 30_000;
    answerWith(() => Promise.reject(failure('RESOURCE_EXHAUSTED', 'STATUS', 429, 120_000)));
    await ask(1);
    const before = reads.length;
    clock.now += 100_000;
    await ask(1);
    assert.equal(reads.length, before);
    clock.now += 20_000;
    await ask(1);
    assert.equal(reads.length, before + 1);
  });

  test('that leaves out running operations is disabled', async () => {
    const { ask, cache, answerWith, clock } = setUp();
    clock.now += 10_000;
    answerWith(() => ({ operations: [] }));
    for (const id of [1, 2, 3, 4, 5]) {
      assert.equal(await ask(id), false);
      assert.equal(cache.track(ref(id)), true);
      cache.recordPoll(ref(id), false);
    }
    assert.equal(cache.track(ref(1)), false);
  });

  test('that could not reach every place proves nothing about operations that are not in it', async () => {
    const { ask, cache, answerWith, clock } = setUp();
    clock.now += 10_001;
    answerWith(({ pageToken }) =>
      pageToken === undefined
        ? { operations: running(1), nextPageToken: '2', unreachable: ['projects/p/locations/m'] }
        : { operations: [] },
    );
    assert.equal(await ask(1), true, 'what is in it does run');
    for (const id of [2, 3, 4, 5, 6, 7, 8, 9]) {
      assert.equal(await ask(id), false, 'it is polled directly');
      cache.recordPoll(ref(id), false);
    }
    assert.equal(cache.isCovered(ref(1)), true, 'the list is not taken for a wrong one');
  });

  test('that always leaves out the same operation is used for the others, and that one is polled directly', async () => {
    const { ask, cache, answerWith, clock } = setUp();
    clock.now += 10_000;
    answerWith(() => ({ operations: running(2, 3, 4, 5, 6, 7, 8, 9) }));
    for (let time = 0; time < 50; time += 1) {
      assert.equal(await ask(1), false);
      cache.recordPoll(ref(1), false);
      assert.equal(await ask(2), true);
    }
    assert.equal(cache.track(ref(2)), true);
  });

  test('may leave out an operation that began a moment before', async () => {
    const { ask, cache, clock } = setUp();
    await ask(1);
    for (let id = 100; id < 200; id += 1) {
      cache.track(ref(id));
      clock.now += 10;
      assert.equal(await ask(id), false);
      cache.recordPoll(ref(id), false);
    }
    assert.equal(cache.track(ref(1)), true);
  });

  for (const [what, shown, isDisabled] of [
    ['that goes on showing ended operations is disabled', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], true],
    ['may show operations that ended after it was read', [5, 6, 7, 8, 9], false],
  ] as const) {
    test(what, async () => {
      const { ask, cache, clock, answerWith } = setUp();
      clock.now += 11_000;
      await ask(9);
      for (const id of [0, 1, 2, 3, 4]) cache.recordPoll(ref(id), true);
      assert.equal(cache.track(ref(9)), true);
      answerWith(() => ({ operations: running(...shown) }));
      clock.now += 5_000;
      await ask(9);
      assert.equal(cache.track(ref(9)), true, 'it may lag by some seconds');
      clock.now += 6_000;
      await ask(9);
      assert.equal(cache.track(ref(9)), !isDisabled);
    });
  }

  test('with the same page token on every page is disabled', async () => {
    const { ask, reads, cache, answerWith } = setUp();
    answerWith(() => ({ operations: running(1), nextPageToken: 'again' }));
    assert.equal(await ask(1), false);
    assert.equal(reads.length, 20);
    assert.equal(cache.track(ref(1)), false);
  });

  test('is checked by a direct poll of one operation every ten seconds, and of each within a while', () => {
    const clock = { now: 1_000_000 };
    const cache = createOperationListCache({ listThreshold: 4, clock: () => clock.now });
    const polledAt = new Map<number, number>();
    const ids = Array.from({ length: 100 }, (_, id) => id);
    let longestGap = 0;
    // Two hours, in which each is asked about every ten seconds.
    for (let round = 0; round < 720; round += 1, clock.now += 10_000) {
      const polled = ids.filter((id) => !cache.track(ref(id)) && round > 0);
      for (const id of polled) {
        longestGap = Math.max(longestGap, clock.now - (polledAt.get(id) ?? 1_000_000));
        polledAt.set(id, clock.now);
        cache.recordPoll(ref(id), false);
      }
      assert.ok(polled.length <= 30, `${polled.length} at once`);
    }
    assert.equal(polledAt.size, 100);
    assert.ok(longestGap <= 2 * 100 * 10_000 + 10_000, `${longestGap} ms`);
  });

  test('that is frozen is noticed within minutes, also where all operations began together', async () => {
    const clock = { now: 0 };
    const cache = createOperationListCache({ clock: () => clock.now });
    const ids = Array.from({ length: 1_000 }, (_, id) => id);
    const followed = new Set(ids);
    for (const id of ids) cache.track(ref(id));
    // Each is asked about every half minute; half of them end in the third minute, and the list goes on showing all.
    for (let round = 0; round < 16; round += 1)
      for (const id of [...followed]) {
        clock.now = round * 30_000 + id * 30;
        const isEnded = id % 2 === 0 && clock.now >= 120_000;
        const isListed =
          cache.track(ref(id)) &&
          (await cache.isListedAsRunning(ref(id), 30_000, async () => ({
            operations: running(...ids),
          })));
        if (isListed === true) continue;
        cache.recordPoll(ref(id), isEnded);
        if (isEnded) followed.delete(id);
      }
    assert.equal(followed.size, 500);
  });
});
