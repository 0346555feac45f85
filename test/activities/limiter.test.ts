import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Caller, createLimiter } from '../../activities/limiter.js';
import {
  type Actor,
  assertCeiling,
  longestGap,
  look,
  looksOf,
  MINUTE,
  newcomers,
  perMinute,
  SECOND,
  simulate,
  urgent,
  watchers,
} from './support/traffic.js';

test('looks go at an even pace of 80 % of the ceiling, urgent requests as they come', () => {
  const limiter = createLimiter(10);
  assert.equal(limiter.take('scope', look('a'), 0), 0);
  assert.equal(limiter.take('scope', look('b'), 0), MINUTE / 8);
  assert.equal(limiter.take('scope', look('c'), 0), (2 * MINUTE) / 8);
  assert.equal(limiter.take('scope', urgent('d'), 0), 0);
});

test('looks make up for ten seconds that went by unused, and for no more', () => {
  const limiter = createLimiter(60);
  const now = 10 * MINUTE;
  const pace = MINUTE / 48;
  for (let index = 0; index * pace <= 10 * SECOND; index++)
    assert.equal(limiter.take('scope', look(`${index}`), now), 0, `${index}`);
  assert.equal(limiter.take('scope', look('late'), now), pace);
});

test('looks leave the last twentieth of a minute to urgent requests', () => {
  const limiter = createLimiter(100);
  for (let index = 0; index < 94; index++) assert.equal(limiter.take('scope', urgent(`${index}`), 0), 0);
  assert.equal(limiter.take('scope', look('fits'), 0), 0);
  assert.equal(limiter.take('scope', look('waits'), 2 * SECOND), 58 * SECOND);
  for (let index = 0; index < 5; index++) assert.equal(limiter.take('scope', urgent(`more ${index}`), 0), 0);
  assert.equal(limiter.take('scope', urgent('waits'), 0), MINUTE);
});

test('a ceiling of one a minute lets a look through too, and has room again after a minute', () => {
  const limiter = createLimiter(1);
  assert.equal(limiter.take('scope', look('a'), 0), 0);
  assert.equal(limiter.take('scope', urgent(undefined), MINUTE - 1), 1);
  assert.equal(limiter.take('scope', urgent(undefined), MINUTE), 0);
});

test('nobody is sent away for more than two minutes', () => {
  const limiter = createLimiter(1);
  const delays = ['a', 'b', 'c', 'd'].map((id) => limiter.take('scope', urgent(id), 0));
  assert.deepEqual(delays, [0, MINUTE, 2 * MINUTE, 2 * MINUTE]);
});

test('a turn is kept for five seconds, and then goes to whoever asks', () => {
  const limiter = createLimiter(1);
  limiter.take('scope', urgent('sent'), 0);
  assert.equal(limiter.take('scope', urgent('gone'), 0), MINUTE);
  assert.ok(limiter.take('scope', urgent('early'), MINUTE + 5 * SECOND) > 0);
  assert.equal(limiter.take('scope', urgent('later'), MINUTE + 5 * SECOND + 1), 0);
});

test('who comes back at the booked time is served, and who comes early is told the rest', () => {
  const limiter = createLimiter(5);
  assert.equal(limiter.take('scope', look('first'), 0), 0);
  const delay = limiter.take('scope', look('second'), 0);
  assert.ok(delay > 0 && delay <= MINUTE / 4);
  assert.equal(limiter.take('scope', look('second'), delay - 10), 10);
  assert.equal(limiter.take('scope', look('second'), delay), 0);
});

test('who comes just before one whose turn is due does not take it', () => {
  const limiter = createLimiter(10);
  limiter.take('scope', look('first'), 0);
  const due = limiter.take('scope', look('waits'), 0);
  assert.ok(limiter.take('scope', look('newcomer'), due) > 0);
  assert.equal(limiter.take('scope', look('waits'), due), 0);
});

test('who is due keeps its place before those who come later, also where it finds the minute full', () => {
  const limiter = createLimiter(10);
  let now = 0;
  while (limiter.take('scope', look(`${now}`), now) === 0) assert.ok((now += SECOND) < MINUTE);
  const due = now + limiter.take('scope', look('waits'), now);
  for (let index = 0; index < 10; index++) limiter.take('scope', urgent(`${index}`), due - 1);
  const more = limiter.take('scope', look('waits'), due);
  assert.ok(more > 0);
  for (const at of [due, due + more])
    for (let index = 0; index < 20; index++)
      assert.ok(limiter.take('scope', look(`later ${index}`), at) >= (at === due ? more : 0));
  assert.equal(limiter.take('scope', look('waits'), due + more), 0);
});

test('who does not come back is served or refused, and holds no turn', () => {
  const limiter = createLimiter(2);
  assert.equal(limiter.take('scope', urgent(undefined), 0), 0);
  assert.equal(limiter.take('scope', urgent(undefined), 0), 0);
  for (let index = 0; index < 10; index++)
    assert.equal(limiter.take('scope', urgent(undefined), SECOND), 59 * SECOND);
  assert.equal(limiter.take('scope', urgent('other'), MINUTE), 0);
});

test('when Google asks for a pause, nothing goes out for that scope, with or without a ceiling', () => {
  for (const ceiling of [undefined, 100]) {
    const limiter = createLimiter(ceiling);
    limiter.pause('scope', 5_000);
    for (const caller of [urgent('a'), urgent(undefined), look('b')])
      assert.equal(limiter.take('scope', caller, 1_000), 4_000);
    assert.equal(limiter.take('other', urgent('a'), 1_000), 0);
    for (const caller of [urgent('a'), urgent(undefined), look('b')])
      assert.equal(limiter.take('scope', caller, 5_000), 0);
  }
});

test('a thousand cancels at once go in their order of asking, a ceiling each minute', () => {
  const actors = Array.from({ length: 1_000 }, (_, index): Actor => ({
    kind: 'high',
    id: `${index}`,
    at: index,
  }));
  const sent = simulate([createLimiter(300)], actors, 10 * MINUTE);
  assert.equal(sent.length, 1_000);
  assert.ok(sent.every(({ id, waited }) => waited <= Math.floor(Number(id) / 300) * MINUTE + SECOND));
});

test('after a pause of minutes those who waited go evenly, and in their order', () => {
  const actors = watchers(200);
  const limiter = createLimiter(300);
  limiter.pause('scope', 5 * MINUTE);
  const sent = simulate([limiter], actors, 15 * MINUTE);
  assert.ok(sent.every(({ at }) => at >= 5 * MINUTE));
  assert.ok(sent.filter(({ at }) => at < 5 * MINUTE + SECOND).length <= 60, 'not all at once');
  assertCeiling(looksOf(sent), 240);
  assert.equal(new Set(sent.filter(({ at }) => at < 6 * MINUTE).map(({ id }) => id)).size, 200);
});

test('no minute ever holds more requests than the ceiling, whoever asks and however they come back', () => {
  const actor = fc.record({
    kind: fc.constantFrom<Caller['kind']>('low', 'high'),
    id: fc.option(fc.nat(40).map(String), { nil: undefined }),
    at: fc.integer({ min: 0, max: 3 * MINUTE }),
    every: fc.integer({ min: 1, max: 20 * SECOND }),
    late: fc.integer({ min: 0, max: 20 * SECOND }),
    returns: fc.integer({ min: 0, max: 200 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(actor, { maxLength: 60, size: 'max' }),
      (ceiling, actors) => {
        const sent = simulate([createLimiter(ceiling)], actors, 5 * MINUTE);
        assertCeiling(sent, ceiling);
        assertCeiling(looksOf(sent), Math.max(1, Math.floor(ceiling * 0.8)));
      },
    ),
    { numRuns: 100 },
  );
});

test('everybody who comes back gets a turn, whatever the ceiling', () => {
  const actor = fc.record({
    kind: fc.constantFrom<Caller['kind']>('low', 'high'),
    at: fc.integer({ min: 0, max: 2 * MINUTE }),
    late: fc.integer({ min: 0, max: 4 * SECOND }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(actor, { maxLength: 80, size: 'max' }),
      (ceiling, list) => {
        const actors = list.map((one, index) => ({ ...one, id: `${index}` }));
        const sent = simulate([createLimiter(ceiling)], actors, 300 * MINUTE);
        assert.equal(sent.length, actors.length);
      },
    ),
    { numRuns: 100 },
  );
});

test('with 50 operations followed, a newcomer looks and cancels within 2 s', () => {
  const actors = [...watchers(50, { late: SECOND }), ...newcomers(30, MINUTE, 10 * MINUTE)];
  const sent = simulate([createLimiter(300)], actors, 12 * MINUTE);
  const waits = sent.filter(({ kind }) => kind === 'high').map(({ waited }) => waited);
  assert.equal(waits.length, 2 * 9 * 30);
  assert.ok(Math.max(...waits) <= 2 * SECOND, `${Math.max(...waits)} ms`);
  assertCeiling(sent, 300);
});

test('100 operations, looked at every half minute, share the looks fairly, whether they come on time or late', () => {
  for (const late of [0, 2 * SECOND]) {
    const actors = watchers(100, { late });
    const sent = simulate([createLimiter(300)], actors, 8 * MINUTE);
    const gap = longestGap(sent, actors, 8 * MINUTE);
    assert.ok(gap <= 38 * SECOND, `${gap} ms instead of 30,000`);
    assert.ok(perMinute(sent, MINUTE, 8 * MINUTE) >= 0.97 * 200, 'no turn is wasted');
  }
});

test('scopes do not share a ceiling, and a busy one is not dropped, however many there are', () => {
  const limiter = createLimiter(1);
  for (let index = 0; index < 3_000; index++) {
    assert.equal(limiter.take(`scope ${index}`, urgent(undefined), index * SECOND), 0);
    if (index > 0) assert.ok(limiter.take(`scope ${index - 1}`, urgent(undefined), index * SECOND) > 0);
  }
});
