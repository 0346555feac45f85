import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ListBudget } from '../../activities/listing/list-budget.js';
import { createOperationListCache } from '../../activities/listing/operation-list-cache.js';

describe('the budget of lists', () => {
  test('is 45 requests a minute for all lists together, and six for the direct polls that check them', () => {
    const budget = new ListBudget(300);
    assert.deepEqual([budget.listInterval(0), budget.directPollInterval()], [0, 10_000]);
    const [one, other] = [{}, {}];
    budget.recordList(one, 1, 0);
    budget.recordList(one, 6, 10_000);
    budget.recordList(other, 3, 50_000);
    assert.deepEqual([budget.listInterval(60_000), budget.directPollInterval()], [12_000, 20_000]);
    assert.deepEqual([budget.listInterval(70_001), budget.directPollInterval()], [4_000, 10_000]);
    assert.deepEqual([budget.listInterval(110_001), budget.directPollInterval()], [0, 10_000]);
  });

  test('is a third of a low limit for lists, and a sixth for direct polls', () => {
    const budget = new ListBudget(30);
    budget.recordList({}, 2, 0);
    assert.deepEqual([budget.listInterval(0), budget.directPollInterval()], [12_000, 12_000]);
  });

  test('counts lists that are read more rarely than once a minute', () => {
    const budget = new ListBudget(30);
    budget.recordList({}, 20, 0);
    assert.equal(budget.listInterval(119_000), 120_000);
    assert.equal(budget.listInterval(120_001), 0);
  });

  test('is the same without a limit', () => {
    const budget = new ListBudget(Number.POSITIVE_INFINITY);
    budget.recordList({}, 3, 0);
    assert.deepEqual([budget.listInterval(0), budget.directPollInterval()], [4_000, 10_000]);
  });
});

describe('the lists of several collections of one location', () => {
  const OPERATIONS = 100;

  /** Asks about each operation every half minute. */
  async function follow(collections: number, requestsPerMinute: number | undefined, minutes: number) {
    const clock = { now: 1_000_000 };
    const cache = createOperationListCache({ clock: () => clock.now, requestsPerMinute });
    const refs = Array.from({ length: collections * OPERATIONS }, (_, at) => ({
      service: 'example.googleapis.com',
      apiVersion: 'v1',
      name: `projects/p/locations/l/things/${at % collections}/operations/${at}`,
    }));
    const lists = new Map<string, { name: string; done: boolean }[]>();
    for (const { name } of refs) {
      const parent = name.slice(0, name.lastIndexOf('/'));
      lists.set(parent, [...(lists.get(parent) ?? []), { name, done: false }]);
    }
    const counts = { lists: 0, checks: 0, alone: 0 };
    for (const ref of refs) cache.track(ref);
    for (let minute = -1; minute < minutes; minute += 1) {
      if (minute === 0) Object.assign(counts, { lists: 0, checks: 0, alone: 0 });
      for (const half of [0, 1])
        for (const [at, ref] of refs.entries()) {
          clock.now = 1_000_000 + ((minute + 1) * 2 + half) * 30_000 + (at * 30_000) / refs.length;
          if (!cache.track(ref)) {
            counts.checks += 1;
            cache.recordPoll(ref, false);
            continue;
          }
          const isShown = await cache.isListedAsRunning(ref, 30_000, async ({ parent }) => {
            if (parent === 'projects/p/locations/l/operations') return { operations: [] };
            counts.lists += 1;
            return { operations: lists.get(parent) ?? [] };
          });
          if (isShown === true) continue;
          counts.alone += 1;
          cache.recordPoll(ref, false);
        }
    }
    return counts;
  }

  for (const [collections, requestsPerMinute, lists, checks] of [
    [22, 300, 45, 6],
    [10, undefined, 45, 6],
    [6, 75, 25, 6],
    [1, 300, 15, 6],
  ] as const)
    test(`of ${collections} cost at most ${lists} requests a minute, and ${checks} direct polls, with a limit of ${requestsPerMinute ?? 'none'}`, async () => {
      const counts = await follow(collections, requestsPerMinute, 20);
      assert.equal(counts.alone, 0);
      const [listsAMinute, checksAMinute] = [counts.lists / 20, counts.checks / 20];
      assert.ok(listsAMinute <= lists + 1 && listsAMinute > lists / 3, `${listsAMinute} lists a minute`);
      assert.ok(checksAMinute <= checks + 1 && checksAMinute > checks / 2, `${checksAMinute} direct polls a minute`);
    });
});
