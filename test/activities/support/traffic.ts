import assert from 'node:assert/strict';
import type { Caller, Limiter } from '../../../activities/limiter.js';

export const SECOND = 1_000;
export const MINUTE = 60_000;

/** One caller: it asks at its time, comes back as late as it is, and asks anew so long after it was served. */
export interface Actor extends Caller {
  at: number;
  every?: number;
  late?: number;
  /** Comes back only so often, and then no more. */
  returns?: number;
}

export interface Sent {
  kind: Caller['kind'];
  id: string | undefined;
  at: number;
  waited: number;
}

/** Lets everybody ask and come back until the time is up. With several limiters each asks any of them, as with several workers. */
export function simulate(limiters: readonly Limiter[], actors: readonly Actor[], until: number) {
  const sent: Sent[] = [];
  const queue = actors.map((actor) => ({ ...actor, since: actor.at })).toSorted((a, b) => b.at - a.at);
  let asked = 0;
  for (let actor = queue.pop(); actor !== undefined && actor.at <= until; actor = queue.pop()) {
    const limiter = limiters[Math.floor(random(++asked) * limiters.length)];
    assert.ok(limiter);
    assert.ok(asked <= 1_000 * actors.length, 'somebody is told over and over to come back at once');
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

export function watchers(count: number, more: Partial<Actor> = {}): Actor[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'low',
    id: `watcher ${index}`,
    at: Math.floor(random(index) * 30 * SECOND),
    every: 30 * SECOND,
    ...more,
  }));
}

/** So many newcomers each minute, at any moment: each looks once and sends one cancel. */
export function newcomers(each: number, from: number, until: number): Actor[] {
  const count = Math.round((each * (until - from)) / MINUTE);
  return Array.from({ length: count }, (_, index): Actor[] => {
    const at = Math.floor(from + random(index + 77) * (until - from));
    return [
      { ...urgent(`first look ${index}`), at },
      { ...urgent(`cancel ${index}`), at: at + 100 },
    ];
  }).flat();
}

export function assertCeiling(sent: readonly Sent[], ceiling: number): void {
  for (const [index, { at }] of sent.entries()) {
    const before = sent[index - ceiling];
    assert.ok(before === undefined || at - before.at >= MINUTE, `${ceiling + 1} in less than a minute`);
  }
}

/** The longest time that any of them went without a look. */
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

export const looksOf = (sent: readonly Sent[]): Sent[] => sent.filter(({ kind }) => kind === 'low');
export const look = (id: string): Caller => ({ kind: 'low', id });
export const urgent = (id: string | undefined): Caller => ({ kind: 'high', id });
