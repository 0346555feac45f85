import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLimiter } from '../../activities/limiter.js';

const MINUTE = 60_000;

/** Lets everybody come back at the time they were given, and returns when each was sent, by kind. */
function simulate(ceiling: number, callers: { kind: 'look' | 'cancel'; id: string; at: number }[]) {
  const limiter = createLimiter(ceiling);
  const queue = callers.map((caller) => ({ ...caller }));
  const sent: { kind: string; id: string; at: number }[] = [];
  for (let steps = 0; queue.length > 0 && steps < 100_000; steps++) {
    queue.sort((one, other) => one.at - other.at);
    const caller = queue[0];
    assert.ok(caller);
    const delay = limiter.take('scope', caller, caller.at);
    if (delay === 0) sent.push(...queue.splice(0, 1));
    else caller.at += delay;
  }
  assert.equal(queue.length, 0, 'everybody gets a turn');
  return sent;
}

test('no minute ever holds more requests than the ceiling, and everybody gets a turn', () => {
  const callers = fc.array(
    fc.record({
      kind: fc.constantFrom<'look' | 'cancel'>('look', 'cancel'),
      at: fc.integer({ min: 0, max: 2 * MINUTE }),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), callers, (ceiling, list) => {
      const times = simulate(
        ceiling,
        list.map((caller, index) => ({ ...caller, id: `${index}` })),
      ).map(({ at }) => at);
      for (const [index, at] of times.entries()) {
        const before = times[index - ceiling];
        assert.ok(
          before === undefined || at - before >= MINUTE,
          `${ceiling + 1} within ${at - (before ?? 0)} ms`,
        );
      }
    }),
    { numRuns: 200 },
  );
});

test('a cancel goes before the looks that wait', () => {
  const limiter = createLimiter(10);
  for (let index = 0; index < 30; index++) limiter.take('scope', { kind: 'look', id: `${index}` }, 0);
  assert.equal(limiter.take('scope', { kind: 'cancel', id: 'c' }, 1), 0);
  assert.ok(limiter.take('scope', { kind: 'look', id: 'late' }, 1) > 0);
});

test('who comes back at the booked time is served', () => {
  const limiter = createLimiter(5);
  for (let index = 0; index < 4; index++)
    assert.equal(limiter.take('scope', { kind: 'look', id: `${index}` }, 0), 0);
  const delay = limiter.take('scope', { kind: 'look', id: 'late' }, 0);
  assert.ok(delay > 0 && delay <= MINUTE + MINUTE / 4);
  assert.ok(limiter.take('scope', { kind: 'look', id: 'late' }, delay - 1) > 0, 'not before');
  assert.equal(limiter.take('scope', { kind: 'look', id: 'late' }, delay), 0);
});

test('scopes do not share a ceiling', () => {
  const limiter = createLimiter(1);
  assert.equal(limiter.take('one', { kind: 'look', id: 'a' }, 0), 0);
  assert.equal(limiter.take('other', { kind: 'look', id: 'a' }, 0), 0);
  assert.ok(limiter.take('one', { kind: 'look', id: 'b' }, 0) > 0);
});

test('when Google asks for a pause, nothing goes out for that scope, with or without a ceiling', () => {
  for (const ceiling of [undefined, 100]) {
    const limiter = createLimiter(ceiling);
    limiter.pause('scope', 5_000);
    assert.equal(limiter.take('scope', { kind: 'cancel', id: 'a' }, 1_000), 4_000);
    assert.equal(limiter.take('other', { kind: 'cancel', id: 'a' }, 1_000), 0);
    assert.equal(limiter.take('scope', { kind: 'cancel', id: 'a' }, 5_000), 0);
  }
});
