import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Caller, createLimiter } from '../../google/limiter.js';
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

test('low-priority requests are spread evenly over 80 % of the limit, high-priority ones go at once', () => {
  const limiter = createLimiter(10);
  assert.equal(limiter.take('scope', low('a'), 0), 0);
  assert.equal(limiter.take('scope', low('b'), 0), MINUTE / 8);
  assert.equal(limiter.take('scope', low('c'), 0), (2 * MINUTE) / 8);
  assert.equal(limiter.take('scope', high('d'), 0), 0);
});

test('low-priority requests catch up with ten unused seconds, and no more', () => {
  const limiter = createLimiter(60);
  const now = 10 * MINUTE;
  const intervalMs = MINUTE / 48;
  for (let index = 0; index * intervalMs <= 10 * SECOND; index++)
    assert.equal(limiter.take('scope', low(`${index}`), now), 0, `${index}`);
  assert.equal(limiter.take('scope', low('late'), now), intervalMs);
});

test('low-priority requests leave a twentieth of each minute to high-priority ones', () => {
  const limiter = createLimiter(100);
  for (let index = 0; index < 94; index++) assert.equal(limiter.take('scope', high(`${index}`), 0), 0);
  assert.equal(limiter.take('scope', low('fits'), 0), 0);
  assert.equal(limiter.take('scope', low('waits'), 2 * SECOND), 58 * SECOND);
  for (let index = 0; index < 5; index++) assert.equal(limiter.take('scope', high(`more ${index}`), 0), 0);
  assert.equal(limiter.take('scope', high('waits'), 0), MINUTE);
});

test('a limit of one a minute lets a low-priority request through too, and has room again after a minute', () => {
  const limiter = createLimiter(1);
  assert.equal(limiter.take('scope', low('a'), 0), 0);
  assert.equal(limiter.take('scope', high(undefined), MINUTE - 1), 1);
  assert.equal(limiter.take('scope', high(undefined), MINUTE), 0);
});

test('no caller gets a delay of more than two minutes', () => {
  const limiter = createLimiter(1);
  const delays = ['a', 'b', 'c', 'd'].map((id) => limiter.take('scope', high(id), 0));
  assert.deepEqual(delays, [0, MINUTE, 2 * MINUTE, 2 * MINUTE]);
});

test('a slot is kept for five seconds, and then goes to whoever asks', () => {
  const limiter = createLimiter(1);
  limiter.take('scope', high('sent'), 0);
  assert.equal(limiter.take('scope', high('gone'), 0), MINUTE);
  assert.ok(limiter.take('scope', high('early'), MINUTE + 5 * SECOND) > 0);
  assert.equal(limiter.take('scope', high('later'), MINUTE + 5 * SECOND + 1), 0);
});

test('a caller that returns at its booked time may send, and one that returns early gets the rest of its delay', () => {
  const limiter = createLimiter(5);
  assert.equal(limiter.take('scope', low('first'), 0), 0);
  const delay = limiter.take('scope', low('second'), 0);
  assert.ok(delay > 0 && delay <= MINUTE / 4);
  assert.equal(limiter.take('scope', low('second'), delay - 10), 10);
  assert.equal(limiter.take('scope', low('second'), delay), 0);
});

test('a slot that is due for one caller is not given to another', () => {
  const limiter = createLimiter(10);
  limiter.take('scope', low('first'), 0);
  const due = limiter.take('scope', low('waits'), 0);
  assert.ok(limiter.take('scope', low('newcomer'), due) > 0);
  assert.equal(limiter.take('scope', low('waits'), due), 0);
});

test('a caller whose slot is due keeps its place before later ones, also if the minute is full by then', () => {
  const limiter = createLimiter(10);
  let now = 0;
  while (limiter.take('scope', low(`${now}`), now) === 0) assert.ok((now += SECOND) < MINUTE);
  const due = now + limiter.take('scope', low('waits'), now);
  for (let index = 0; index < 10; index++) limiter.take('scope', high(`${index}`), due - 1);
  const more = limiter.take('scope', low('waits'), due);
  assert.ok(more > 0);
  for (const at of [due, due + more])
    for (let index = 0; index < 20; index++)
      assert.ok(limiter.take('scope', low(`later ${index}`), at) >= (at === due ? more : 0));
  assert.equal(limiter.take('scope', low('waits'), due + more), 0);
});

test('a caller that does not return gets a slot at once or none, and books none', () => {
  const limiter = createLimiter(2);
  assert.equal(limiter.take('scope', high(undefined), 0), 0);
  assert.equal(limiter.take('scope', high(undefined), 0), 0);
  for (let index = 0; index < 10; index++) assert.equal(limiter.take('scope', high(undefined), SECOND), 59 * SECOND);
  assert.equal(limiter.take('scope', high('other'), MINUTE), 0);
});

test('a pause stops all requests of its scope, with or without a limit', () => {
  for (const limit of [undefined, 100]) {
    const limiter = createLimiter(limit);
    limiter.pause('scope', 5_000);
    for (const caller of [high('a'), high(undefined), low('b')])
      assert.equal(limiter.take('scope', caller, 1_000), 4_000);
    assert.equal(limiter.take('other', high('a'), 1_000), 0);
    for (const caller of [high('a'), high(undefined), low('b')]) assert.equal(limiter.take('scope', caller, 5_000), 0);
  }
});

test('a thousand cancels at once are sent in their order, as many each minute as the limit allows', () => {
  const actors = Array.from({ length: 1_000 }, (_, index): Actor => ({
    priority: 'high',
    id: `${index}`,
    at: index,
  }));
  const sent = simulate([createLimiter(300)], actors, 10 * MINUTE);
  assert.equal(sent.length, 1_000);
  assert.ok(sent.every(({ id, waited }) => waited <= Math.floor(Number(id) / 300) * MINUTE + SECOND));
});

test('after a pause of minutes the waiting requests are spread evenly, and each caller has its slot', () => {
  const actors = watchers(200);
  const limiter = createLimiter(300);
  limiter.pause('scope', 5 * MINUTE);
  const sent = simulate([limiter], actors, 15 * MINUTE);
  assert.ok(sent.every(({ at }) => at >= 5 * MINUTE));
  assert.ok(sent.filter(({ at }) => at < 5 * MINUTE + SECOND).length <= 60, 'not all at once');
  assertLimit(lowOf(sent), 240);
  assert.equal(new Set(sent.filter(({ at }) => at < 6 * MINUTE).map(({ id }) => id)).size, 200);
});

test('no 60 seconds ever have more requests than the limit, for all callers and return times', () => {
  const actor = fc.record({
    priority: fc.constantFrom<Caller['priority']>('low', 'high'),
    id: fc.option(fc.nat(40).map(String), { nil: undefined }),
    at: fc.integer({ min: 0, max: 3 * MINUTE }),
    every: fc.integer({ min: 1, max: 20 * SECOND }),
    late: fc.integer({ min: 0, max: 20 * SECOND }),
    returns: fc.integer({ min: 0, max: 200 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(actor, { maxLength: 60, size: 'max' }), (limit, actors) => {
      const sent = simulate([createLimiter(limit)], actors, 5 * MINUTE);
      assertLimit(sent, limit);
      assertLimit(lowOf(sent), Math.max(1, Math.floor(limit * 0.8)));
    }),
    { numRuns: 100 },
  );
});

test('every caller that returns gets a slot, whatever the limit', () => {
  const actor = fc.record({
    priority: fc.constantFrom<Caller['priority']>('low', 'high'),
    at: fc.integer({ min: 0, max: 2 * MINUTE }),
    late: fc.integer({ min: 0, max: 4 * SECOND }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(actor, { maxLength: 80, size: 'max' }), (limit, list) => {
      const actors = list.map((one, index) => ({ ...one, id: `${index}` }));
      const sent = simulate([createLimiter(limit)], actors, 300 * MINUTE);
      assert.equal(sent.length, actors.length);
    }),
    { numRuns: 100 },
  );
});

test('with 50 operations followed, a new one is polled and cancelled within 2 s', () => {
  const actors = [...watchers(50, { late: SECOND }), ...newcomers(30, MINUTE, 10 * MINUTE)];
  const sent = simulate([createLimiter(300)], actors, 12 * MINUTE);
  const waits = sent.filter(({ priority }) => priority === 'high').map(({ waited }) => waited);
  assert.equal(waits.length, 2 * 9 * 30);
  assert.ok(Math.max(...waits) <= 2 * SECOND, `${Math.max(...waits)} ms`);
  assertLimit(sent, 300);
});

test('100 operations, each polled every half minute, share the slots fairly, whether they return in time or late', () => {
  for (const late of [0, 2 * SECOND]) {
    const actors = watchers(100, { late });
    const sent = simulate([createLimiter(300)], actors, 8 * MINUTE);
    const gap = longestGap(sent, actors, 8 * MINUTE);
    assert.ok(gap <= 38 * SECOND, `${gap} ms instead of 30,000`);
    assert.ok(perMinute(sent, MINUTE, 8 * MINUTE) >= 0.97 * 200, 'no slot is wasted');
  }
});

test('scopes do not share a limit, and a busy one is not dropped, however many there are', () => {
  const limiter = createLimiter(1);
  for (let index = 0; index < 3_000; index++) {
    assert.equal(limiter.take(`scope ${index}`, high(undefined), index * SECOND), 0);
    if (index > 0) assert.ok(limiter.take(`scope ${index - 1}`, high(undefined), index * SECOND) > 0);
  }
});

test('made-up locations of a project share five limits, and hold up no location in which something was seen', () => {
  const limiter = createLimiter(60);
  limiter.confirm('s p real');
  const sentTo = (location: string, now: number) => limiter.take(`s p ${location}`, high(undefined), now) === 0;
  const sent = Array.from({ length: 3_000 }, (_, index) => sentTo(`made-up-${index % 300}`, index));
  assert.equal(sent.filter(Boolean).length, 300);
  const real = Array.from({ length: 100 }, (_, index) => sentTo('real', 3_000 + index));
  assert.equal(real.filter(Boolean).length, 60);
  assert.ok(limiter.take('s other-project real', high(undefined), 3_000) === 0, 'another project is not held up');
});

test('a project has at most ten limits, however many of its locations are real', () => {
  const limiter = createLimiter(60);
  let sent = 0;
  for (let index = 0; index < 3_000; index++) {
    limiter.confirm(`s p ${index % 50}`);
    if (limiter.take(`s p ${index % 50}`, high(undefined), index) === 0) sent += 1;
  }
  assert.equal(sent, 600);
});

test('made-up locations of a project, however many, hold up no other project', () => {
  const limiter = createLimiter(60, () => 0);
  const callers = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  for (let now = 0; now < 120_000; now += 500)
    for (const id of callers.slice((now / 500) % 10, ((now / 500) % 10) + 400))
      limiter.take(`s p made-up-${id}`, high(id), now);
  for (const location of ['l', 'other-location'])
    assert.equal(limiter.take(`s victim ${location}`, high(undefined), 120_000), 0, location);
});

test('hundreds of made-up projects share one limit beyond the first 600', () => {
  const limiter = createLimiter(60);
  let sent = 0;
  for (let index = 0; index < 60_000; index++)
    if (limiter.take(`s made-up-${index % 1_000} l`, high(undefined), index / 2) === 0) sent += 1;
  assert.equal(sent, 600 * 60 + 60);
  limiter.confirm('s real l');
  assert.equal(limiter.take('s real l', high(undefined), 30_000), 0);
});
