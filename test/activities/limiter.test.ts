import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Caller, createLimiter, type Limiter } from '../../activities/limiter.js';

const SECOND = 1_000;
const MINUTE = 60_000;

/** One caller: it asks at its time, comes back as late as it is, and asks anew so long after it was served. */
interface Actor extends Caller {
  at: number;
  every?: number;
  late?: number;
  /** Comes back only so often, and then no more. */
  returns?: number;
}

interface Sent {
  kind: Caller['kind'];
  id: string | undefined;
  at: number;
  waited: number;
}

/** Lets everybody ask and come back until the time is up. With several limiters each asks any of them, as with several workers. */
function simulate(limiters: readonly Limiter[], actors: readonly Actor[], until: number) {
  const sent: Sent[] = [];
  const queue = actors.map((actor) => ({ ...actor, since: actor.at })).toSorted((a, b) => b.at - a.at);
  let asked = 0;
  for (let actor = queue.pop(); actor !== undefined && actor.at <= until; actor = queue.pop()) {
    const limiter = limiters[Math.floor(random(++asked) * limiters.length)];
    assert.ok(limiter);
    const { kind, id, at } = actor;
    const delay = limiter.take('scope', { kind, id }, at);
    if (delay === 0) {
      sent.push({ kind, id, at, waited: at - actor.since });
      if (actor.every === undefined) continue;
      actor.since = actor.at += actor.every;
    } else {
      if (actor.returns !== undefined && actor.returns-- <= 0) continue;
      actor.at += delay + Math.floor(random(++asked) * (actor.late ?? 0));
    }
    let place = queue.length;
    while (place > 0 && (queue[place - 1]?.at ?? 0) <= actor.at) place--;
    queue.splice(place, 0, actor);
  }
  return sent;
}

/** The same number from 0 to 1 for the same seed. */
function random(seed: number): number {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d);
  const again = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((again ^ (again >>> 15)) >>> 0) / 2 ** 32;
}

function watchers(count: number, more: Partial<Actor> = {}): Actor[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'look',
    id: `watcher ${index}`,
    at: Math.floor(random(index) * 30 * SECOND),
    every: 30 * SECOND,
    ...more,
  }));
}

/** So many newcomers each minute, at any moment: each looks once and sends one cancel. */
function newcomers(each: number, from: number, until: number): Actor[] {
  const count = Math.round((each * (until - from)) / MINUTE);
  return Array.from({ length: count }, (_, index): Actor[] => {
    const at = Math.floor(from + random(index + 77) * (until - from));
    return [
      { ...urgent(`first look ${index}`), at },
      { ...urgent(`cancel ${index}`), at: at + 100 },
    ];
  }).flat();
}

function assertCeiling(sent: readonly Sent[], ceiling: number): void {
  for (const [index, { at }] of sent.entries()) {
    const before = sent[index - ceiling];
    assert.ok(before === undefined || at - before.at >= MINUTE, `${ceiling + 1} in less than a minute`);
  }
}

/** The longest time that any of them went without a look. */
function longestGap(sent: readonly Sent[], actors: readonly Actor[], until: number): number {
  const last = new Map(actors.map(({ id }) => [id, 0]));
  let longest = 0;
  for (const { id, at } of sent) {
    const before = last.get(id);
    if (before === undefined) continue;
    longest = Math.max(longest, at - before);
    last.set(id, at);
  }
  return Math.max(longest, ...[...last.values()].map((at) => until - at));
}

function perMinute(sent: readonly Sent[], from: number, until: number): number {
  return sent.filter(({ at }) => at >= from).length / ((until - from) / MINUTE);
}

const looksOf = (sent: readonly Sent[]): Sent[] => sent.filter(({ kind }) => kind === 'look');
const look = (id: string): Caller => ({ kind: 'look', id });
const urgent = (id: string | undefined): Caller => ({ kind: 'urgent', id });

test('no minute ever holds more requests than the ceiling, whoever asks and however they come back', () => {
  const actor = fc.record({
    kind: fc.constantFrom<Caller['kind']>('look', 'urgent'),
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
    kind: fc.constantFrom<Caller['kind']>('look', 'urgent'),
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

for (const count of [50, 200, 1_000])
  test(`with ${count} operations followed, a newcomer looks and cancels within 2 s`, () => {
    for (const each of [10, 30, 60]) {
      const actors = [...watchers(count, { late: SECOND }), ...newcomers(each, MINUTE, 10 * MINUTE)];
      const sent = simulate([createLimiter(300)], actors, 12 * MINUTE);
      const waits = sent.filter(({ kind }) => kind === 'urgent').map(({ waited }) => waited);
      assert.equal(waits.length, 2 * 9 * each);
      const worst = Math.max(...waits);
      assert.ok(worst <= 2 * SECOND, `${each} newcomers a minute: ${worst} ms`);
      assertCeiling(sent, 300);
    }
  });

for (const count of [100, 200, 1_000])
  for (const late of [0, 2 * SECOND])
    test(`${count} operations, looked at every half minute and ${late} ms late, share the looks fairly`, () => {
      const actors = watchers(count, { late });
      const ideal = Math.max(30 * SECOND, (count / 240) * MINUTE);
      const until = 5 * ideal + 5 * MINUTE;
      const sent = simulate([createLimiter(300)], actors, until);
      const gap = longestGap(sent, actors, until);
      assert.ok(gap <= 1.1 * ideal + 5 * SECOND, `${gap} ms instead of ${ideal}`);
      assert.ok(perMinute(sent, MINUTE, until) >= 0.97 * Math.min(2 * count, 240), 'no turn is wasted');
    });

test('urgent requests do not eat the share of the looks', () => {
  const actors = [...watchers(1_000), ...newcomers(20, 0, 15 * MINUTE)];
  const sent = simulate([createLimiter(300)], actors, 15 * MINUTE);
  assert.ok(perMinute(looksOf(sent), 2 * MINUTE, 15 * MINUTE) >= 235);
});

test('where urgent requests take more than their share, the looks have the rest, and everybody some of it', () => {
  const list = watchers(100);
  const actors = [...list, ...newcomers(80, 2 * MINUTE, 20 * MINUTE)];
  const sent = simulate([createLimiter(300)], actors, 20 * MINUTE);
  const rest = 300 - 15 - 160;
  assert.ok(perMinute(looksOf(sent), 4 * MINUTE, 20 * MINUTE) >= 0.9 * rest);
  assert.ok(longestGap(sent, list, 20 * MINUTE) <= 1.5 * (100 / rest) * MINUTE + 5 * SECOND);
});

test('with two workers, where half of those who come back ask the other one, nobody starves', () => {
  const actors = watchers(500, { late: SECOND });
  const sent = simulate([createLimiter(300), createLimiter(300)], actors, 20 * MINUTE);
  assert.ok(perMinute(sent, MINUTE, 20 * MINUTE) >= 0.9 * 480);
  assert.ok(longestGap(sent, actors, 20 * MINUTE) <= 3 * (500 / 480) * MINUTE);
});

test('a thousand cancels at once go in their order of asking, a ceiling each minute', () => {
  const actors = Array.from({ length: 1_000 }, (_, index): Actor => ({
    kind: 'urgent',
    id: `${index}`,
    at: index,
  }));
  const sent = simulate([createLimiter(300)], actors, 10 * MINUTE);
  assert.equal(sent.length, 1_000);
  assert.ok(sent.every(({ id, waited }) => waited <= Math.floor(Number(id) / 300) * MINUTE + SECOND));
});

test('those who booked and are gone hold up nobody for long', () => {
  for (const minute of [0.05, 1.2, 3, 12, 40]) {
    const limiter = createLimiter(300);
    for (let index = 0; index < 5_000; index++) limiter.take('scope', look(`gone ${index}`), 0);
    const actor: Actor = { ...look('newcomer'), at: minute * MINUTE };
    const [sent] = simulate([limiter], [actor], 60 * MINUTE);
    const most = (minute < 1 ? 2 * MINUTE : 0) + 5 * SECOND;
    assert.ok(sent !== undefined && sent.waited <= most, `after ${minute} min: ${sent?.waited} ms`);
  }
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
  while (limiter.take('scope', look(`${now}`), now) === 0) now += SECOND;
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

test('scopes do not share a ceiling, and a busy one is not dropped, however many there are', () => {
  const limiter = createLimiter(1);
  for (let index = 0; index < 3_000; index++) {
    assert.equal(limiter.take(`scope ${index}`, urgent(undefined), index * SECOND), 0);
    if (index > 0) assert.ok(limiter.take(`scope ${index - 1}`, urgent(undefined), index * SECOND) > 0);
  }
});

test('a high ceiling costs no more for each request', () => {
  const limiter = createLimiter(1_000_000);
  const began = performance.now();
  for (let index = 0; index < 200_000; index++)
    assert.equal(limiter.take('scope', urgent(`${index}`), index / 10), 0);
  assert.ok(performance.now() - began < 5_000);
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
