import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoopState } from '../../../contract/activities.js';
import { chooseWakes } from '../../../activities/reconcile/choose-wakes.js';
import { COVERED_INTERVAL_MS, listInterval, maxWakes } from '../../../activities/reconcile/pace.js';

const MINUTE_MS = 60_000;
const none: LoopState['woken'] = [];
const noLimit = Number.POSITIVE_INFINITY;

/** Lets a list leave out what is followed, round after round. @returns when each id was woken, in minutes */
function wakeTimes(followed: string[], running: (minute: number) => string[], minutes: number): Map<string, number[]> {
  const times = new Map<string, number[]>();
  let woken: LoopState['woken'] = none;
  for (let now = 0; now <= minutes * MINUTE_MS; now += 10_000) {
    const { wake, waiting } = chooseWakes(followed, new Set(running(now / MINUTE_MS)), { woken }, 1_000, now);
    const next = new Map(waiting.map((entry) => [entry[0], entry]));
    for (const { id, times: before } of wake) {
      next.set(id, [id, before + 1, now]);
      times.set(id, [...(times.get(id) ?? []), now / MINUTE_MS]);
    }
    woken = [...next.values()];
  }
  return times;
}

describe('a reconcile loop', () => {
  test('wakes what is followed and not listed as running, and nothing else', () => {
    const { wake } = chooseWakes(['a', 'b', 'c'], new Set(['a', 'c', 'x']), { woken: none }, 10, 0);
    assert.deepEqual(wake, [{ id: 'b', times: 0 }]);
  });

  test('wakes what was woken in vain after 1, 2, 4 … minutes again, and never later than after its own poll', () => {
    const times = wakeTimes(['a'], () => [], 70);
    assert.deepEqual(times.get('a'), [0, 1, 3, 7, 15, 31, 63]);
    assert.ok(32 * MINUTE_MS < COVERED_INTERVAL_MS);
  });

  test('begins anew with what was listed in between', () => {
    const times = wakeTimes(['a'], (minute) => (minute >= 1 && minute < 2 ? ['a'] : []), 2);
    assert.deepEqual(times.get('a'), [0, 2]);
  });

  test('forgets what is no longer followed', () => {
    const { waiting } = chooseWakes(['b'], new Set(), { woken: [['a', 3, 0]] }, 10, MINUTE_MS);
    assert.deepEqual(waiting, []);
  });

  test('wakes no more at once than it may, and the least woken first', () => {
    const woken: LoopState['woken'] = [
      ['a', 2, 0],
      ['b', 1, 0],
    ];
    const { wake } = chooseWakes(['a', 'b', 'c'], new Set(), { woken }, 2, 10 * MINUTE_MS);
    assert.deepEqual(
      wake.map(({ id }) => id),
      ['c', 'b'],
    );
  });

  test('keeps its state small where an empty list leaves out everything', () => {
    const followed = Array.from({ length: 20_000 }, (_, index) => `${index}`);
    const woken: LoopState['woken'] = followed.slice(0, 4_999).map((id) => [id, 1, 0]);
    const { wake, waiting } = chooseWakes(followed, new Set(), { woken }, 1_000, 1);
    assert.deepEqual([waiting.length, wake.length], [4_000, 1_000]);
  });
});

test('what was woken in vain and what is missing for the first time are both woken, however many of either there are', () => {
  const followed = Array.from({ length: 6_000 }, (_, index) => `${index}`);
  const woken: LoopState['woken'] = followed.slice(0, 5_000).map((id) => [id, 1, 0]);
  const { wake, waiting } = chooseWakes(followed, new Set(), { woken }, 24, 10 * MINUTE_MS);
  assert.deepEqual(
    wake.map(({ times }) => times),
    [...Array(12).fill(0), ...Array(12).fill(1)],
  );
  assert.equal(waiting.length, 5_000 - 12);
  const later = chooseWakes(followed, new Set(), { woken }, 24, 10 * MINUTE_MS + 15_000).wake;
  assert.notEqual(later[0]?.id, wake[0]?.id);
});

describe('the pace of lists', () => {
  test('is ten seconds, and grows with the pages of the list and of what is followed', () => {
    assert.equal(listInterval({ pages: 1, followed: 500, ended: 0 }, noLimit), 10_000);
    assert.equal(listInterval({ pages: 10, followed: 500, ended: 0 }, noLimit), 20_000);
    assert.equal(listInterval({ pages: 1, followed: 10_000, ended: 0 }, noLimit), 20_000);
  });

  test('is faster while many end', () => {
    assert.equal(listInterval({ pages: 1, followed: 100, ended: 4 }, noLimit), 10_000);
    assert.equal(listInterval({ pages: 1, followed: 100, ended: 5 }, noLimit), 4_000);
    assert.equal(listInterval({ pages: 10, followed: 100, ended: 90 }, noLimit), 20_000);
  });

  test('keeps to a third of the limit of requests, and wakes to half of it', () => {
    assert.equal(listInterval({ pages: 2, followed: 100, ended: 0 }, 30), 12_000);
    assert.equal(listInterval({ pages: 20, followed: 100, ended: 50 }, 300), 40_000);
    assert.equal(maxWakes(10_000, 300), 25);
    assert.equal(maxWakes(4_000, 300), 10);
    assert.equal(maxWakes(10_000, 1), 1);
    assert.equal(maxWakes(10_000, noLimit), 1_000);
  });
});
