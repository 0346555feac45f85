import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ListBudget } from '../../activities/listing/list-budget.js';
import { createOperationListCache } from '../../activities/listing/operation-list-cache.js';

describe('what lists may take of a ceiling', () => {
  test('is 45 requests a minute for lists and six for checks of them, shared by all that are read', () => {
    const budget = new ListBudget(300);
    assert.deepEqual([budget.oldest(0), budget.checkEvery()], [0, 10_000]);
    const [one, other] = [{}, {}];
    budget.note(one, 1, 0);
    budget.note(one, 6, 10_000);
    budget.note(other, 3, 50_000);
    assert.deepEqual([budget.oldest(60_000), budget.checkEvery()], [12_000, 20_000]);
    assert.deepEqual([budget.oldest(70_001), budget.checkEvery()], [4_000, 10_000]);
    assert.deepEqual([budget.oldest(110_001), budget.checkEvery()], [0, 10_000]);
  });

  test('is a third of a low ceiling for lists, and a sixth for checks', () => {
    const budget = new ListBudget(30);
    budget.note({}, 2, 0);
    assert.deepEqual([budget.oldest(0), budget.checkEvery()], [12_000, 12_000]);
  });

  test('who is read more rarely than once a minute counts all the same', () => {
    const budget = new ListBudget(30);
    budget.note({}, 20, 0);
    assert.equal(budget.oldest(119_000), 120_000);
    assert.equal(budget.oldest(120_001), 0);
  });

  test('without a ceiling is no more', () => {
    const budget = new ListBudget(Number.POSITIVE_INFINITY);
    budget.note({}, 3, 0);
    assert.deepEqual([budget.oldest(0), budget.checkEvery()], [4_000, 10_000]);
  });
});

describe('many collections of one location', () => {
  const OPERATIONS = 100;

  /** Minutes in which each operation is asked about every half minute. */
  async function follow(collections: number, requestsPerMinute: number | undefined, minutes: number) {
    const clock = { now: 1_000_000 };
    const snapshots = createOperationListCache({ clock: () => clock.now, requestsPerMinute });
    const targets = Array.from({ length: collections * OPERATIONS }, (_, at) => ({
      service: 'example.googleapis.com',
      apiVersion: 'v1',
      name: `projects/p/locations/l/things/${at % collections}/operations/${at}`,
    }));
    const shown = new Map<string, { name: string; done: boolean }[]>();
    for (const { name } of targets) {
      const parent = name.slice(0, name.lastIndexOf('/'));
      shown.set(parent, [...(shown.get(parent) ?? []), { name, done: false }]);
    }
    const inMinutes = { lists: 0, checks: 0, alone: 0 };
    for (const target of targets) snapshots.track(target);
    for (let minute = -1; minute < minutes; minute += 1) {
      if (minute === 0) Object.assign(inMinutes, { lists: 0, checks: 0, alone: 0 });
      for (const half of [0, 1])
        for (const [at, target] of targets.entries()) {
          clock.now = 1_000_000 + ((minute + 1) * 2 + half) * 30_000 + (at * 30_000) / targets.length;
          if (!snapshots.track(target)) {
            inMinutes.checks += 1;
            snapshots.recordPoll(target, false);
            continue;
          }
          const isShown = await snapshots.isListedAsRunning(target, 30_000, async ({ parent }) => {
            if (parent === 'projects/p/locations/l/operations') return { operations: [] };
            inMinutes.lists += 1;
            return { operations: shown.get(parent) ?? [] };
          });
          if (isShown === true) continue;
          inMinutes.alone += 1;
          snapshots.recordPoll(target, false);
        }
    }
    return inMinutes;
  }

  for (const [collections, requestsPerMinute, lists, checks] of [
    [22, 300, 45, 6],
    [10, undefined, 45, 6],
    [6, 75, 25, 6],
    [1, 300, 15, 6],
  ] as const)
    test(`${collections} of them cost ${lists} lists a minute and ${checks} checks under a ceiling of ${requestsPerMinute ?? 'none'}`, async () => {
      const seen = await follow(collections, requestsPerMinute, 20);
      assert.equal(seen.alone, 0);
      const [listed, checked] = [seen.lists / 20, seen.checks / 20];
      assert.ok(listed <= lists + 1 && listed > lists / 3, `${listed} lists a minute`);
      assert.ok(checked <= checks + 1 && checked > checks / 2, `${checked} checks a minute`);
    });
});
