import type { OperationRef } from '../contract/activities.js';
import { locationOf, projectOf } from '../contract/names.js';

const MINUTE_MS = 60_000;
/** The share of the limit that low-priority requests may use. */
const LOW_PRIORITY_SHARE = 0.8;
/** The share of each minute that low-priority requests leave free for unannounced high-priority ones. */
const HIGH_PRIORITY_RESERVE = 0.05;
/**
 * Low-priority requests may catch up with 10 s of unused slots. With more they would be sent in bursts, and a
 * burst fills the minute that follows it.
 */
const CATCH_UP_MS = 10_000;
/**
 * A caller that is 5 s late has lost its slot to the others, but keeps its place in the queue. This is
 * less than `CATCH_UP_MS`, because otherwise the slots of callers that do not return would be lost.
 */
const LATE_MS = 5_000;
/** A caller that is 10 min late has lost its place. With several workers it may ask another one meanwhile. */
const BOOKING_TTL_MS = 600_000;
/** The longest delay of a caller. When it returns it may get an earlier slot; if it does not, its slot is freed. */
const MAX_BACKOFF_MS = 120_000;
/**
 * With this many scopes the idle ones are dropped. More that are not confirmed share one limit in each project, and with
 * twice as many one limit altogether.
 */
const MAX_SCOPES = 300;
/** Callers that a project's limit holds back return within this time: hundreds that return at once would cost the CPU. */
const PROJECT_SPREAD_MS = 30_000;
/** More confirmed locations than Google has, for a dozen services and a thousand projects. */
const MAX_CONFIRMED = 100_000;
const OTHER_SCOPES = 'other locations';
/** The most requests of a service and project, in limits of one location: Google counts some quotas so. */
const PROJECT_LIMITS = 10;
/** The part of them for locations in which nothing has been seen, since callers can make up locations. */
const UNCONFIRMED_LIMITS = 5;

/** The key of Google's request quota: the service, with the project and location if the name has them. */
export function quotaScope({ service, name }: Pick<OperationRef, 'service' | 'name'>): string {
  return [service, projectOf(name), locationOf(name)].filter((part) => part !== undefined).join(' ');
}

/** The service and project of a scope. */
function projectIn(scope: string): string {
  return scope.split(' ', 2).join(' ');
}

/** The caller that asks for a slot. Without an `id` the caller does not return, and no slot is booked for it. */
export type Caller = { priority: 'high' | 'low'; id: string | undefined };

/**
 * Keeps the requests for one project and location within a limit: there are no more in any 60 seconds. Those for all
 * locations of a project are at most ten times as many, of which half may be for locations in which nothing has been
 * seen; those with many made-up locations can hold up only each other.
 *
 * High-priority requests are bound by the limit alone. Low-priority ones are spread evenly, and are at most
 * 80 % of the limit. A caller whose slot is not due gets a delay and keeps its place in the queue, also if
 * the minute is full when it returns. The slot of a caller that does not return goes to the next caller.
 */
export type Limiter = ReturnType<typeof createLimiter>;

/** @param requestsPerMinute the limit for each scope; `undefined` is none */
export function createLimiter(requestsPerMinute = Number.POSITIVE_INFINITY, random: () => number = Math.random) {
  const scopes = new Map<string, ScopeLimiter>();
  const projects = new Map<string, ProjectLimiter>();
  const confirmed = new Set<string>();
  const limiterFor = (scope: string): ScopeLimiter => {
    // A scope of its own, else one with the other locations of its project, else one with all others.
    const own = scopes.has(scope) || scopes.size < MAX_SCOPES || confirmed.has(scope);
    const shared = `${projectIn(scope)} ${OTHER_SCOPES}`;
    const isOfProject = scopes.has(shared) || scopes.size < 2 * MAX_SCOPES;
    const key = own ? scope : isOfProject ? shared : OTHER_SCOPES;
    return getOrCreate(scopes, key, () => new ScopeLimiter(requestsPerMinute));
  };
  const dropIdle = (limiters: Map<string, ScopeLimiter | ProjectLimiter>, now: number): void => {
    if (limiters.size >= MAX_SCOPES)
      for (const [name, limiter] of limiters) if (limiter.isIdle(now)) limiters.delete(name);
  };
  return {
    /** Takes a slot. 0 means: send now. Otherwise the delay in ms after which to ask again. */
    take(scope: string, caller: Caller, now: number): number {
      if (!scopes.has(scope)) dropIdle(scopes, now);
      const limiter = limiterFor(scope);
      if (requestsPerMinute === Number.POSITIVE_INFINITY) return limiter.take(caller, now);
      dropIdle(projects, now);
      const project = getOrCreate(projects, projectIn(scope), () => new ProjectLimiter(requestsPerMinute));
      const isConfirmed = confirmed.has(scope);
      const projectDelayMs = project.delay(isConfirmed, now);
      const delayMs =
        projectDelayMs > 0
          ? Math.min(projectDelayMs + random() * PROJECT_SPREAD_MS, MAX_BACKOFF_MS)
          : limiter.take(caller, now);
      if (delayMs === 0) project.add(isConfirmed, now);
      return delayMs;
    },
    /** Records that something was seen in a scope, so that its location is not made up. */
    confirm(scope: string): void {
      if (confirmed.size < MAX_CONFIRMED) confirmed.add(scope);
    },
    /** Stops all requests of this scope until a time in ms since 1970. */
    pause: (scope: string, until: number) => limiterFor(scope).pause(until),
    /** The number of callers that were given a delay and are expected back. */
    waiting: (now: number) => [...scopes.values()].reduce((sum, limiter) => sum + limiter.waiting(now), 0),
  };
}

/** The requests of one service and project. */
class ProjectLimiter {
  private readonly sent = new LastMinute();
  private readonly sentUnconfirmed = new LastMinute();

  constructor(private readonly limit: number) {}

  isIdle(now: number): boolean {
    return this.sent.freeAt(1, 0, now) <= now;
  }

  /** How long until the next request may be sent, in ms. */
  delay(isConfirmed: boolean, now: number): number {
    const freeAt = this.sent.freeAt(this.limit * PROJECT_LIMITS, 0, now);
    if (isConfirmed) return freeAt - now;
    return Math.max(freeAt, this.sentUnconfirmed.freeAt(this.limit * UNCONFIRMED_LIMITS, 0, now)) - now;
  }

  add(isConfirmed: boolean, now: number): void {
    this.sent.add(now);
    if (!isConfirmed) this.sentUnconfirmed.add(now);
  }
}

/** The requests of one scope. */
class ScopeLimiter {
  private readonly sent = new LastMinute();
  private readonly sentLow = new LastMinute();
  private readonly queues = { high: new Queue(), low: new Queue() };
  /** Maximum of low-priority requests a minute. */
  private readonly maxLow: number;
  /** With this many requests of any priority in a minute, no low-priority one is sent. */
  private readonly maxBeforeLow: number;
  private nextLowAt = 0;
  private pausedUntil = 0;

  constructor(private readonly limit: number) {
    this.maxLow = Math.max(1, Math.floor(limit * LOW_PRIORITY_SHARE));
    this.maxBeforeLow = Math.max(1, limit - Math.ceil(limit * HIGH_PRIORITY_RESERVE));
  }

  /** The recorded requests and callers no longer affect the next request. */
  isIdle(now: number): boolean {
    const freeAt = this.sent.freeAt(1, 0, Math.max(now, this.pausedUntil));
    return freeAt <= now && this.queues.high.isEmpty(now) && this.queues.low.isEmpty(now);
  }

  waiting(now: number): number {
    return this.queues.high.waiting(now) + this.queues.low.waiting(now);
  }

  pause(until: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  take({ priority, id }: Caller, now: number): number {
    const from = Math.max(now, this.pausedUntil);
    if (this.limit === Number.POSITIVE_INFINITY) return from - now;
    const delayMs = this.queues[priority].take(id, now, (ahead) =>
      priority === 'high' ? this.sent.freeAt(this.limit, ahead, from) : this.lowSlotAt(ahead, from),
    );
    if (delayMs > 0) return delayMs;
    this.sent.add(now);
    if (priority === 'high') return 0;
    this.sentLow.add(now);
    this.nextLowAt = Math.max(this.nextLowAt, now - CATCH_UP_MS) + MINUTE_MS / this.maxLow;
    return 0;
  }

  /** When the low-priority slot after so many others is due. */
  private lowSlotAt(ahead: number, from: number): number {
    return Math.max(
      Math.max(this.nextLowAt, from - CATCH_UP_MS) + (ahead * MINUTE_MS) / this.maxLow,
      this.sentLow.freeAt(this.maxLow, ahead, from),
      this.sent.freeAt(this.maxBeforeLow, ahead, from),
    );
  }
}

/** The callers of one priority that got a delay: when their slots are due, and when they are to return. */
class Queue {
  private readonly bookings = new Map<string, { slotAt: number; returnAt: number }>();

  /** @param slotAfter when the slot after so many others is due @returns the delay in ms; 0 is to send now */
  take(id: string | undefined, now: number, slotAfter: (ahead: number) => number): number {
    const bookedAt = (id === undefined ? undefined : this.bookings.get(id)?.slotAt) ?? Number.POSITIVE_INFINITY;
    const { earlier, due } = this.countAhead(bookedAt, now);
    const sendAt = slotAfter(due);
    if (id !== undefined && sendAt <= now) this.bookings.delete(id);
    if (id === undefined || sendAt <= now) return Math.ceil(sendAt - now);
    const slotAt = Math.min(bookedAt, slotAfter(earlier));
    const returnAt = Math.ceil(Math.min(Math.max(slotAt, sendAt), now + MAX_BACKOFF_MS));
    this.bookings.set(id, { slotAt, returnAt });
    return returnAt - now;
  }

  waiting(now: number): number {
    return [...this.bookings.values()].filter(({ returnAt }) => now <= returnAt + LATE_MS).length;
  }

  isEmpty(now: number): boolean {
    return [...this.bookings.values()].every(({ returnAt }) => now > returnAt + BOOKING_TTL_MS);
  }

  /** The number of callers with an earlier slot, and the number of these whose slot is due. Late callers do not count. */
  private countAhead(slotAt: number, now: number): { earlier: number; due: number } {
    const counts = { earlier: 0, due: 0 };
    for (const [id, other] of this.bookings) {
      if (now > other.returnAt + BOOKING_TTL_MS) this.bookings.delete(id);
      if (now > other.returnAt + LATE_MS || other.slotAt >= slotAt) continue;
      counts.earlier++;
      if (other.slotAt <= now) counts.due++;
    }
    return counts;
  }
}

function getOrCreate<T>(map: Map<string, T>, key: string, create: () => T): T {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

/** When the requests of the last minute were sent, the oldest first. */
class LastMinute {
  private times: number[] = [];
  /** The number of times at the beginning that are more than a minute old. */
  private expired = 0;

  /** Copies the times only when half have expired, so that a request costs the same with any limit. */
  add(now: number): void {
    this.times.push(now);
    while ((this.times[this.expired] ?? now) <= now - MINUTE_MS) this.expired++;
    if (this.expired > this.times.length / 2) this.expired -= this.times.splice(0, this.expired).length;
  }

  /** When a minute with at most `max` requests has room for one more after `ahead` others. */
  freeAt(max: number, ahead: number, from: number): number {
    const oldest = this.times[this.times.length - max + (ahead % max)] ?? Number.NEGATIVE_INFINITY;
    return Math.max(from, oldest + MINUTE_MS) + Math.floor(ahead / max) * MINUTE_MS;
  }
}
