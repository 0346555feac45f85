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

  describe('the budget', () => {
    const crowd = (spreader: ReturnType<typeof createRetrySpreader>, now: number) => {
      for (let each = 0; each < 200; each += 1) spreader.schedule(30_000, now);
    };

    test('grows while it is used up and no attempt waits, up to the maximum', () => {
      const spreader = createRetrySpreader(60);
      for (let now = 0; now < 300_000; now += 1_000) {
        crowd(spreader, now);
        // The clock of the worker is two hours behind.
        spreader.observe(-7_200_000, now);
      }
      assert.equal(spreader.perSecond, 60);
    });

    test('stays as it is where nothing is moved', () => {
      const spreader = createRetrySpreader();
      for (let now = 0; now < 300_000; now += 1_000) spreader.observe(5, now);
      assert.equal(spreader.perSecond, 50);
    });

    test('falls while attempts wait for a second, and not for one late attempt alone', () => {
      const spreader = createRetrySpreader();
      spreader.observe(5, 10_000);
      spreader.observe(1_005, 11_000);
      const afterOne = spreader.perSecond;
      assert.ok(afterOne > 30);
      for (let now = 12_000; now < 60_000; now += 100) spreader.observe(1_005, now);
      assert.equal(spreader.perSecond, 10);
    });

    test('recovers from a clock that was set', () => {
      const spreader = createRetrySpreader();
      spreader.observe(5, 0);
      for (let now = 1_000; now < 600_000; now += 1_000) {
        crowd(spreader, now);
        spreader.observe(2_005, now);
      }
      assert.ok(spreader.perSecond > 50);
    });
  });

  test('seconds that have passed are dropped, however long nothing was scheduled', () => {
    const spreader = createRetrySpreader(1);
    spreader.schedule(20_000, 0);
    const aYearLater = 365 * 24 * 3_600_000;
    assert.equal(spreader.schedule(20_000, aYearLater), 20_000);
    assert.equal(spreader.schedule(20_000, aYearLater), 21_000);
  });
});
