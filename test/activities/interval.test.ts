import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { adaptiveInterval, backoff, fixedInterval, jittered } from '../../activities/polling/interval.js';

const elapsed = fc.integer({ min: -60_000, max: 400 * 86_400_000 });

test('an interval is never under 0.32 s nor over half a minute', () => {
  fc.assert(fc.property(elapsed, (ms) => adaptiveInterval(ms) >= 320 && adaptiveInterval(ms) <= 30_000));
});

test('the longer an operation runs, the longer the interval', () => {
  fc.assert(
    fc.property(elapsed, elapsed, (one, other) => one > other || adaptiveInterval(one) <= adaptiveInterval(other)),
  );
});

test('an end is seen late by 22 % of the time passed, and 0.32 s, at most', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 86_400_000 }), (ms) => adaptiveInterval(ms) <= 320 + 0.22 * ms));
});

test('an operation of t seconds costs no more polls than the formula says', () => {
  for (const seconds of [0.5, 2, 10, 30, 120]) {
    let polls = 0;
    for (let now = 0; now < seconds * 1_000; now += adaptiveInterval(now)) polls += 1;
    const max = 1 + Math.log(1 + (seconds * 0.22) / 0.32) / Math.log(1.22);
    assert.ok(polls <= max, `${polls} polls in ${seconds} s`);
  }
});

test('a fixed policy grows by its coefficient up to its maximum', () => {
  const policy = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 5_000 };
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 400].map((polls) => fixedInterval(policy, polls)),
    [1_000, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000],
  );
});

test('jitter moves an interval by a tenth at most, to both sides', () => {
  assert.equal(
    jittered(1_000, () => 0),
    900,
  );
  assert.equal(
    jittered(1_000, () => 1),
    1_100,
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30_000 }),
      (interval) => Math.abs(jittered(interval) - interval) <= interval / 10 + 1e-6,
    ),
  );
});

test('after failures the delay doubles from a second to half a minute', () => {
  assert.deepEqual([0, 1, 2, 3, 5, 6, 1_000].map(backoff), [1_000, 1_000, 2_000, 4_000, 16_000, 30_000, 30_000]);
});
