import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRetrySpreader } from '../../activities/polling/retry-spreader.js';

describe('the turns of attempts that come back', () => {
  test('who finds room comes back when it wished to', () => {
    const turns = createRetrySpreader(2);
    assert.equal(turns.schedule(1_500, 10_000), 1_500);
    assert.equal(turns.schedule(1_700, 10_000), 1_700);
    assert.equal(turns.schedule(30_000, 10_000), 30_000);
  });

  test('no second takes more than it holds, and the next with room is not far', () => {
    const turns = createRetrySpreader(50);
    const back = Array.from({ length: 1_000 }, () => 10_000 + turns.schedule(20_000, 10_000));
    const counts = new Map<number, number>();
    for (const at of back.map((time) => Math.floor(time / 1_000))) counts.set(at, (counts.get(at) ?? 0) + 1);
    assert.deepEqual(
      [...counts.values()],
      Array.from({ length: 20 }, () => 50),
    );
    assert.equal(Math.max(...counts.keys()), 49);
  });

  test('a late turn does not hold up an early one', () => {
    const turns = createRetrySpreader(1);
    turns.schedule(60_000, 0);
    assert.equal(turns.schedule(2_000, 0), 2_000);
  });

  test('those who are moved spread over their second', () => {
    const turns = createRetrySpreader(4);
    const back = Array.from({ length: 8 }, () => turns.schedule(20_000, 0));
    assert.deepEqual(back, [20_000, 20_000, 20_000, 20_000, 21_000, 21_250, 21_500, 21_750]);
  });

  test('who is expected to end soon finds room where the others have filled every second', () => {
    const turns = createRetrySpreader(2);
    for (let each = 0; each < 120; each += 1) turns.schedule(10_000, 0);
    assert.equal(turns.schedule(10_000, 0), 70_000);
    assert.equal(turns.schedule(9_990, 5_000), 9_990);
    assert.ok(turns.schedule(9_990, 5_000) < 20_000);
  });

  test('seconds that have passed are forgotten, however long nobody came', () => {
    const turns = createRetrySpreader(1);
    turns.schedule(20_000, 0);
    const aYearLater = 365 * 24 * 3_600_000;
    assert.equal(turns.schedule(20_000, aYearLater), 20_000);
    assert.equal(turns.schedule(20_000, aYearLater), 21_000);
  });
});
