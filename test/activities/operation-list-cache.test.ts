import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createOperationListCache } from '../../activities/listing/operation-list-cache.js';
import type { CodeName } from '../../contract/code.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsPage } from '../../google/client.js';
import { GoogleApiError, type ErrorKind } from '../../google/error.js';

const PARENT = 'projects/p/locations/l/operations';
const target = (id: number | string, parent = PARENT) => ({
  service: 'aiplatform.googleapis.com',
  apiVersion: 'v1',
  name: `${parent}/${id}`,
});
const running = (...ids: (number | string)[]): Operation[] =>
  ids.map((id) => ({ name: `projects/123456/locations/l/operations/${id}`, done: false }));

/** Ten followed operations of one collection, of which four are few, with a clock and a list of their own. */
function world() {
  const clock = { now: 1_000_000 };
  const snapshots = createOperationListCache({
    listThreshold: 4,
    clock: () => clock.now,
    random: () => 0,
  });
  const reads: { filter?: string; pageToken?: string }[] = [];
  type Answer = OperationsPage | undefined | Promise<OperationsPage | undefined>;
  let answer: (read: { filter?: string; pageToken?: string }) => Answer = () => ({
    operations: running(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
  });
  for (let id = 0; id < 10; id += 1) snapshots.track(target(id));
  clock.now += 1;
  return {
    clock,
    snapshots,
    reads,
    list: (next: typeof answer) => (answer = next),
    ask: (id: number | string, gap = 30_000) =>
      snapshots.isListedAsRunning(target(id), gap, async (query) => {
        reads.push({
          ...(query.filter !== undefined && { filter: query.filter }),
          ...(query.pageToken !== undefined && { pageToken: query.pageToken }),
        });
        await Promise.resolve();
        return answer(query);
      }),
  };
}

function failure(
  code: CodeName,
  kind: ErrorKind = 'STATUS',
  httpStatus = 503,
  retryAfterMs?: number,
): GoogleApiError {
  return new GoogleApiError(`list failed: ${code}`, { code, kind, httpStatus, retryAfterMs });
}

describe('a list of the running operations', () => {
  test('is asked for a collection of many only', () => {
    const { snapshots } = world();
    assert.equal(snapshots.track(target(1)), true);
    const others = [1, 2, 3, 4, 5].map((id) =>
      snapshots.track(target(id, 'projects/p/locations/m/operations')),
    );
    assert.deepEqual(others, [false, false, false, false, true]);
  });

  test('who is not asked about for ten minutes does not count', () => {
    const { snapshots, clock } = world();
    clock.now += 600_001;
    assert.equal(snapshots.track(target(1)), false);
  });

  test('who has ended does not count', () => {
    const { snapshots } = world();
    for (const id of [0, 1, 2, 3, 4, 5]) snapshots.recordPoll(target(id), true);
    assert.equal(snapshots.track(target(9)), false);
  });

  test('is asked once, by the last segment of the name; who comes meanwhile does not wait for it', async () => {
    const { ask, reads } = world();
    assert.deepEqual(await Promise.all([ask(1), ask(2), ask(77)]), [true, undefined, undefined]);
    assert.deepEqual(await Promise.all([ask(1), ask(2), ask(77)]), [true, true, false]);
    assert.deepEqual(reads, [{ filter: 'done=false' }]);
  });

  test('that is under way leaves the one before in use', async () => {
    const { ask, clock, list } = world();
    await ask(1);
    clock.now += 5_000;
    list(() => ({ operations: running(2) }));
    assert.deepEqual(await Promise.all([ask(1), ask(1)]), [false, true]);
  });

  test('that is under way after a quarter of a minute without one has who comes meanwhile looked at alone', async () => {
    const { ask, clock } = world();
    await ask(1);
    clock.now += 15_001;
    assert.deepEqual(await Promise.all([ask(1), ask(2)]), [true, false]);
    assert.equal(await ask(2), true);
  });

  test('serves for four seconds, and for less where somebody looks closely', async () => {
    const { ask, reads, clock } = world();
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

  test('of many pages serves for longer: no more than thirty requests a minute', async () => {
    const { ask, reads, clock, list } = world();
    list(({ pageToken }) =>
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

  test('that shows an operation as done, or not at all, says nothing of it', async () => {
    const { ask, list } = world();
    list(() => ({
      operations: [{ name: 'projects/p/locations/l/operations/1', done: true }, ...running(2)],
    }));
    assert.deepEqual([await ask(1), await ask(2), await ask(3)], [false, true, false]);
  });

  test('a service that does not know the filter lists everything, and is not asked with it again', async () => {
    const { ask, reads, list, clock } = world();
    list(({ filter }) => {
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
    test(`that answers ${code} (${kind}) is not asked for an hour, and each operation is looked at alone`, async () => {
      const { ask, snapshots, list, clock } = world();
      list(() => {
        throw failure(code, kind, status);
      });
      assert.equal(await ask(1), false);
      assert.equal(snapshots.track(target(1)), false);
      clock.now += 3_600_000;
      for (const id of [0, 1, 2, 3, 4]) snapshots.track(target(id));
      assert.equal(snapshots.track(target(1)), true);
    });
  }

  for (const [what, give] of [
    ['fails in passing', () => Promise.reject(failure('UNAVAILABLE'))],
    ['is over its quota', () => Promise.reject(failure('RESOURCE_EXHAUSTED', 'STATUS', 429))],
    ['never gets its turn', () => Promise.resolve(undefined)],
  ] as const) {
    test(`that ${what} leaves the look for the next time, and after a quarter of a minute each is looked at alone`, async () => {
      const { ask, snapshots, list, clock } = world();
      list(give);
      assert.equal(await ask(1), undefined);
      clock.now += 15_000;
      assert.equal(await ask(1), undefined);
      clock.now += 1;
      assert.equal(await ask(1), false);
      assert.equal(snapshots.track(target(1)), true, 'it is asked again');
      clock.now += 4_000;
      list(() => ({ operations: running(1) }));
      assert.equal(await ask(1), true);
      list(give);
      clock.now += 15_000;
      assert.equal(await ask(1), true, 'what was shown a moment ago');
      clock.now += 1;
      assert.equal(await ask(1), false);
    });
  }

  test('that keeps failing is asked for more and more rarely, and not before Google wants it to be', async () => {
    const { ask, reads, list, clock } = world();
    list(() => Promise.reject(failure('UNAVAILABLE')));
    for (let second = 0; second < 60; second += 1, clock.now += 1_000) await ask(1);
    assert.equal(reads.length, 7);
    clock.now += 30_000;
    list(() => Promise.reject(failure('RESOURCE_EXHAUSTED', 'STATUS', 429, 120_000)));
    await ask(1);
    const before = reads.length;
    clock.now += 100_000;
    await ask(1);
    assert.equal(reads.length, before);
    clock.now += 20_000;
    await ask(1);
    assert.equal(reads.length, before + 1);
  });

  test('that leaves out what runs is given up', async () => {
    const { ask, snapshots, list, clock } = world();
    clock.now += 10_000;
    list(() => ({ operations: [] }));
    for (const id of [1, 2, 3, 4, 5]) {
      assert.equal(await ask(id), false);
      assert.equal(snapshots.track(target(id)), true);
      snapshots.recordPoll(target(id), false);
    }
    assert.equal(snapshots.track(target(1)), false);
  });

  test('that always leaves out the same one serves the others, and that one is looked at alone', async () => {
    const { ask, snapshots, list, clock } = world();
    clock.now += 10_000;
    list(() => ({ operations: running(2, 3, 4, 5, 6, 7, 8, 9) }));
    for (let time = 0; time < 50; time += 1) {
      assert.equal(await ask(1), false);
      snapshots.recordPoll(target(1), false);
      assert.equal(await ask(2), true);
    }
    assert.equal(snapshots.track(target(2)), true);
  });

  test('is not blamed for leaving out what began a moment before it', async () => {
    const { ask, snapshots, clock } = world();
    await ask(1);
    for (let id = 100; id < 200; id += 1) {
      snapshots.track(target(id));
      clock.now += 10;
      assert.equal(await ask(id), false);
      snapshots.recordPoll(target(id), false);
    }
    assert.equal(snapshots.track(target(1)), true);
  });

  for (const [what, shown, isGivenUp] of [
    ['that goes on showing what has ended is given up', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], true],
    ['is not blamed for what ended after it was asked for', [5, 6, 7, 8, 9], false],
  ] as const) {
    test(what, async () => {
      const { ask, snapshots, clock, list } = world();
      clock.now += 11_000;
      await ask(9);
      for (const id of [0, 1, 2, 3, 4]) snapshots.recordPoll(target(id), true);
      assert.equal(snapshots.track(target(9)), true);
      list(() => ({ operations: running(...shown) }));
      clock.now += 5_000;
      await ask(9);
      assert.equal(snapshots.track(target(9)), true, 'it may be late by some seconds');
      clock.now += 6_000;
      await ask(9);
      assert.equal(snapshots.track(target(9)), !isGivenUp);
    });
  }

  test('whose page token circles is given up', async () => {
    const { ask, reads, snapshots, list } = world();
    list(() => ({ operations: running(1), nextPageToken: 'again' }));
    assert.equal(await ask(1), false);
    assert.equal(reads.length, 20);
    assert.equal(snapshots.track(target(1)), false);
  });

  test('is checked against a look at one operation every ten seconds, and before long at each', () => {
    const clock = { now: 1_000_000 };
    const snapshots = createOperationListCache({ listThreshold: 4, clock: () => clock.now });
    const looked = new Map<number, number>();
    const ids = Array.from({ length: 100 }, (_, id) => id);
    let most = 0;
    // Two hours, in which each is asked about every ten seconds.
    for (let round = 0; round < 720; round += 1, clock.now += 10_000) {
      const alone = ids.filter((id) => !snapshots.track(target(id)) && round > 0);
      for (const id of alone) {
        most = Math.max(most, clock.now - (looked.get(id) ?? 1_000_000));
        looked.set(id, clock.now);
        snapshots.recordPoll(target(id), false);
      }
      assert.ok(alone.length <= 30, `${alone.length} at once`);
    }
    assert.equal(looked.size, 100);
    assert.ok(most <= 2 * 100 * 10_000 + 10_000, `${most} ms`);
  });

  test('that is frozen is found out in minutes, also where all began together', async () => {
    const clock = { now: 0 };
    const snapshots = createOperationListCache({ clock: () => clock.now });
    const ids = Array.from({ length: 1_000 }, (_, id) => id);
    const unseen = new Set(ids);
    for (const id of ids) snapshots.track(target(id));
    // Each is asked about every half minute; half of them end in the third minute, and the list goes on showing all.
    for (let round = 0; round < 16; round += 1)
      for (const id of [...unseen]) {
        clock.now = round * 30_000 + id * 30;
        const isEnded = id % 2 === 0 && clock.now >= 120_000;
        const isListed =
          snapshots.track(target(id)) &&
          (await snapshots.isListedAsRunning(target(id), 30_000, async () => ({
            operations: running(...ids),
          })));
        if (isListed === true) continue;
        snapshots.recordPoll(target(id), isEnded);
        if (isEnded) unseen.delete(id);
      }
    assert.equal(unseen.size, 500);
  });
});
