import assert from 'node:assert/strict';
import type { Caller, Limiter } from '../../../google/limiter.js';

export const SECOND = 1_000;
export const MINUTE = 60_000;

/**
 * One caller: when it asks first, how long after a request it asks for the next, and by how much it may be late; in ms.
 */
export interface Actor extends Caller {
  at: number;
  every?: number;
  late?: number;
  /** The number of its returns after delays. */
  returns?: number;
}

export interface Sent {
  priority: Caller['priority'];
  id: string | undefined;
  at: number;
  waited: number;
}

/**
 * Lets all actors ask until the time is up. With several limiters each request goes to any of them, as with
 * several workers.
 */
export function simulate(limiters: readonly Limiter[], actors: readonly Actor[], until: number) {
  const sent: Sent[] = [];
  const queue = actors.map((actor) => ({ ...actor, since: actor.at })).toSorted((a, b) => b.at - a.at);
  let asked = 0;
  for (let actor = queue.pop(); actor !== undefined && actor.at <= until; actor = queue.pop()) {
    const limiter = limiters[Math.floor(random(++asked) * limiters.length)];
    assert.ok(limiter);
    assert.ok(asked <= 1_000 * actors.length, 'a caller gets a delay of next to nothing over and over');
    const { priority, id, at } = actor;
    const delay = limiter.take('scope', { priority, id }, at);
    if (delay === 0) {
      sent.push({ priority, id, at, waited: at - actor.since });
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

export function watchers(count: number, more: Partial<Actor> = {}): Actor[] {
  return Array.from({ length: count }, (_, index) => ({
    priority: 'low',
    id: `watcher ${index}`,
    at: Math.floor(random(index) * 30 * SECOND),
    every: 30 * SECOND,
    ...more,
  }));
}

/** A number of new operations each minute, at any moment: each is polled once and cancelled once. */
export function newcomers(each: number, from: number, until: number): Actor[] {
  const count = Math.round((each * (until - from)) / MINUTE);
  return Array.from({ length: count }, (_, index): Actor[] => {
    const at = Math.floor(from + random(index + 77) * (until - from));
    return [
      { ...high(`first poll ${index}`), at },
      { ...high(`cancel ${index}`), at: at + 100 },
    ];
  }).flat();
}

export function assertLimit(sent: readonly Sent[], limit: number): void {
  for (const [index, { at }] of sent.entries()) {
    const before = sent[index - limit];
    assert.ok(before === undefined || at - before.at >= MINUTE, `${limit + 1} in less than a minute`);
  }
}

/** The longest time that any of them went without a request. */
export function longestGap(sent: readonly Sent[], actors: readonly Actor[], until: number): number {
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

export function perMinute(sent: readonly Sent[], from: number, until: number): number {
  return sent.filter(({ at }) => at >= from).length / ((until - from) / MINUTE);
}

export const lowOf = (sent: readonly Sent[]): Sent[] => sent.filter(({ priority }) => priority === 'low');
export const low = (id: string): Caller => ({ priority: 'low', id });
export const high = (id: string | undefined): Caller => ({ priority: 'high', id });
