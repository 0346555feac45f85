import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLimiter } from '../../google/limiter.js';
import {
  type Actor,
  assertLimit,
  high,
  longestGap,
  low,
  lowOf,
  MINUTE,
  newcomers,
  perMinute,
  SECOND,
  simulate,
  watchers,
} from './support/traffic.js';

for (const count of [50, 200, 1_000])
  test(`with ${count} operations followed, a new one is polled and cancelled within 2 s`, () => {
    for (const each of [10, 30, 60]) {
      const actors = [...watchers(count, { late: SECOND }), ...newcomers(each, MINUTE, 10 * MINUTE)];
      const sent = simulate([createLimiter(300)], actors, 12 * MINUTE);
      const waits = sent.filter(({ priority }) => priority === 'high').map(({ waited }) => waited);
      assert.equal(waits.length, 2 * 9 * each);
      const worst = Math.max(...waits);
      assert.ok(worst <= 2 * SECOND, `${each} new operations a minute: ${worst} ms`);
      assertLimit(sent, 300);
    }
  });

for (const count of [100, 200, 1_000])
  for (const late of [0, 2 * SECOND])
    test(`${count} operations, each polled every half minute and up to ${late} ms late, share the slots fairly`, () => {
      const actors = watchers(count, { late });
      const ideal = Math.max(30 * SECOND, (count / 240) * MINUTE);
      const until = 5 * ideal + 5 * MINUTE;
      const sent = simulate([createLimiter(300)], actors, until);
      const gap = longestGap(sent, actors, until);
      assert.ok(gap <= 1.1 * ideal + 5 * SECOND, `${gap} ms instead of ${ideal}`);
      assert.ok(perMinute(sent, MINUTE, until) >= 0.97 * Math.min(2 * count, 240), 'no slot is wasted');
    });

test('a usual number of high-priority requests leaves low-priority ones their share', () => {
  const actors = [...watchers(1_000), ...newcomers(20, 0, 15 * MINUTE)];
  const sent = simulate([createLimiter(300)], actors, 15 * MINUTE);
  assert.ok(perMinute(lowOf(sent), 2 * MINUTE, 15 * MINUTE) >= 235);
});

test('low-priority requests share what too many high-priority ones leave, and each operation has some of it', () => {
  const list = watchers(100);
  const actors = [...list, ...newcomers(80, 2 * MINUTE, 20 * MINUTE)];
  const sent = simulate([createLimiter(300)], actors, 20 * MINUTE);
  const rest = 300 - 15 - 160;
  assert.ok(perMinute(lowOf(sent), 4 * MINUTE, 20 * MINUTE) >= 0.9 * rest);
  assert.ok(longestGap(sent, list, 20 * MINUTE) <= 1.5 * (100 / rest) * MINUTE + 5 * SECOND);
});

test('with two workers, of which callers ask either when they return, each caller gets its slots', () => {
  const actors = watchers(500, { late: SECOND });
  const sent = simulate([createLimiter(300), createLimiter(300)], actors, 20 * MINUTE);
  assert.ok(perMinute(sent, MINUTE, 20 * MINUTE) >= 0.9 * 480);
  assert.ok(longestGap(sent, actors, 20 * MINUTE) <= 3 * (500 / 480) * MINUTE);
});

test('slots booked by callers that never return delay others by two minutes at most', () => {
  for (const minute of [0.05, 1.2, 3, 12, 40]) {
    const limiter = createLimiter(300);
    for (let index = 0; index < 5_000; index++) limiter.take('scope', low(`gone ${index}`), 0);
    const actor: Actor = { ...low('newcomer'), at: minute * MINUTE };
    const [sent] = simulate([limiter], [actor], 60 * MINUTE);
    const most = (minute < 1 ? 2 * MINUTE : 0) + 5 * SECOND;
    assert.ok(sent !== undefined && sent.waited <= most, `after ${minute} min: ${sent?.waited} ms`);
  }
});

test('a high limit lets as many requests through as it says', () => {
  const limiter = createLimiter(1_000_000);
  for (let index = 0; index < 200_000; index++) assert.equal(limiter.take('scope', high(`${index}`), index / 10), 0);
});
