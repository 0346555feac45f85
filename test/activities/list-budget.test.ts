import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ListBudget } from '../../activities/list-budget.js';
import { createSnapshots } from '../../activities/snapshots.js';

describe('what lists may take of a ceiling', () => {
  test('is a third for lists and a sixth for checks of them, shared by those of the last minute', () => {
    const budget = new ListBudget(300);
    assert.deepEqual([budget.oldest(0), budget.checkEvery(0)], [0, 0]);
    const [one, other] = [{}, {}];
    budget.note(one, 1, 0);
    budget.note(one, 4, 10_000);
    budget.note(other, 1, 50_000);
    assert.deepEqual([budget.oldest(60_000), budget.checkEvery(60_000)], [3_000, 2_400]);
    assert.deepEqual([budget.oldest(70_001), budget.checkEvery(70_001)], [600, 1_200]);
    assert.deepEqual([budget.oldest(110_001), budget.checkEvery(110_001)], [0, 0]);
  });

  test('without a ceiling is no matter', () => {
    const budget = new ListBudget(Number.POSITIVE_INFINITY);
    budget.note({}, 20, 0);
    assert.deepEqual([budget.oldest(0), budget.checkEvery(0)], [0, 0]);
  });
});

describe('many collections of one location', () => {
  const OPERATIONS = 60;

  /** Minutes in which each operation is asked about every half minute. */
  async function follow(collections: number, requestsPerMinute: number, minutes: number) {
    const clock = { now: 1_000_000 };
    const snapshots = createSnapshots({ clock: () => clock.now, requestsPerMinute });
    const targets = Array.from({ length: collections * OPERATIONS }, (_, at) => ({
      service: 'example.googleapis.com',
      apiVersion: 'v1',
      name: `projects/p/locations/l/things/${at % collections}/operations/${at}`,
    }));
    const inMinutes = { lists: 0, checks: 0, alone: 0 };
    for (const target of targets) snapshots.follows(target);
    for (let minute = -1; minute < minutes; minute += 1) {
      if (minute === 0) Object.assign(inMinutes, { lists: 0, checks: 0, alone: 0 });
      for (const half of [0, 1])
        for (const [at, target] of targets.entries()) {
          clock.now = 1_000_000 + ((minute + 1) * 2 + half) * 30_000 + (at * 30_000) / targets.length;
          if (!snapshots.follows(target)) {
            inMinutes.checks += 1;
            snapshots.found(target, false);
            continue;
          }
          const isShown = await snapshots.showsRunning(target, 30_000, async ({ parent }) => {
            if (parent === 'projects/p/locations/l/operations') return { operations: [] };
            inMinutes.lists += 1;
            const own = targets.filter(({ name }) => name.startsWith(`${parent}/`));
            return { operations: own.map(({ name }) => ({ name, done: false })) };
          });
          if (isShown === true) continue;
          inMinutes.alone += 1;
          snapshots.found(target, false);
        }
    }
    return inMinutes;
  }

  for (const [collections, requestsPerMinute] of [
    [22, 300],
    [6, 75],
  ] as const)
    test(`${collections} of them leave half of ${requestsPerMinute} requests a minute to looks that tell an end`, async () => {
      const { lists, checks, alone } = await follow(collections, requestsPerMinute, 10);
      assert.equal(alone, 0);
      assert.ok(lists > 0 && lists / 10 <= requestsPerMinute / 3 + 1, `${lists} lists in ten minutes`);
      assert.ok(checks > 0 && checks / 10 <= requestsPerMinute / 6 + 1, `${checks} checks in ten minutes`);
    });
});
