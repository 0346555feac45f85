import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRetrySpreader } from '../../activities/polling/retry-spreader.js';

describe('the next attempts of many activities', () => {
  test('an attempt is scheduled at its own time where there is room', () => {
    const spreader = createRetrySpreader(2);
    assert.equal(spreader.schedule(1_500, 10_000), 1_500);
    assert.equal(spreader.schedule(1_700, 10_000), 1_700);
    assert.equal(spreader.schedule(30_000, 10_000), 30_000);
  });

  test('no second takes more than its budget, and the next one with room is taken', () => {
    const spreader = createRetrySpreader(50);
    const scheduled = Array.from({ length: 1_000 }, () => 10_000 + spreader.schedule(20_000, 10_000));
    const counts = new Map<number, number>();
    for (const at of scheduled.map((time) => Math.floor(time / 1_000))) counts.set(at, (counts.get(at) ?? 0) + 1);
    assert.deepEqual(
      [...counts.values()],
      Array.from({ length: 20 }, () => 50),
    );
    assert.equal(Math.max(...counts.keys()), 49);
  });

  test('an attempt far ahead does not delay an early one', () => {
    const spreader = createRetrySpreader(1);
    spreader.schedule(60_000, 0);
    assert.equal(spreader.schedule(2_000, 0), 2_000);
  });

  test('attempts that were moved are spread over their second', () => {
    const spreader = createRetrySpreader(4);
    const scheduled = Array.from({ length: 8 }, () => spreader.schedule(20_000, 0));
    assert.deepEqual(scheduled, [20_000, 20_000, 20_000, 20_000, 21_000, 21_250, 21_500, 21_750]);
  });

  test('an operation that is polled closely finds room where the others have filled every second', () => {
    const spreader = createRetrySpreader(2);
    for (let each = 0; each < 120; each += 1) spreader.schedule(10_000, 0);
    assert.equal(spreader.schedule(10_000, 0), 70_000);
    assert.equal(spreader.schedule(9_990, 5_000), 9_990);
    assert.ok(spreader.schedule(9_990, 5_000) < 20_000);
  });

  test('seconds that have passed are dropped, however long nothing was scheduled', () => {
    const spreader = createRetrySpreader(1);
    spreader.schedule(20_000, 0);
    const aYearLater = 365 * 24 * 3_600_000;
    assert.equal(spreader.schedule(20_000, aYearLater), 20_000);
    assert.equal(spreader.schedule(20_000, aYearLater), 21_000);
  });
});
