const MINUTE = 60_000;
/** The share of the ceiling that looks may use. */
const LOOKS = 0.8;
/** This share is left to urgent requests that come unannounced: else they would find the minute full wherever looks fill it up. */
const RESERVE = 0.05;
/** So much of the looks' time may be made up for. More would bunch them, and a bunch fills the minute until it has passed. */
const BURST = 10_000;
/** Who is so late no longer holds a turn. Less than BURST: else the turns of those who are gone would never be made up for. */
const GRACE = 5_000;
/** Who is so late has no place any more. Long, as with several workers the caller may ask another one meanwhile. */
const FORGOTTEN = 10 * MINUTE;
/** Nobody is sent away for longer: who comes by moves up where others are gone, and who does not is found to be gone. */
const AWAY = 2 * MINUTE;
/** From so many scopes on the idle ones are dropped. */
const MANY = 1_000;

/** Who asks for a turn: urgent requests go before looks. Without an `id` the caller does not come back, and nothing is booked. */
export type Caller = { kind: 'high' | 'low'; id: string | undefined };

/**
 * Keeps the requests for one project and location within a ceiling: no minute, wherever it begins, holds more.
 *
 * Urgent requests are bound by the ceiling only. Looks go at an even pace, and are at most 80 % of it. Whose turn is not due goes
 * away, asks again, and keeps its place, also where the minute is full by then. A turn that nobody comes for goes to whoever asks.
 */
export interface Limiter {
  /** Takes a turn. 0 means: send now. Otherwise the ms after which to ask again. */
  take(scope: string, caller: Caller, now: number): number;
  /** Sends nothing more for this scope until then, in ms since 1970: Google asked for it. */
  pause(scope: string, until: number): void;
  /** How many were sent away and are expected back. */
  waiting(now: number): number;
}

/** @param requestsPerMinute the ceiling for each scope; `undefined` is none */
export function createLimiter(requestsPerMinute = Number.POSITIVE_INFINITY): Limiter {
  const lanes = new Map<string, ScopeLimiter>();
  const laneOf = (scope: string): ScopeLimiter => {
    const lane = lanes.get(scope) ?? new ScopeLimiter(requestsPerMinute);
    lanes.set(scope, lane);
    return lane;
  };
  return {
    take(scope, caller, now) {
      if (lanes.size >= MANY && !lanes.has(scope))
        for (const [name, lane] of lanes) if (lane.isIdle(now)) lanes.delete(name);
      return laneOf(scope).take(caller, now);
    },
    pause: (scope, until) => laneOf(scope).pause(until),
    waiting: (now) => [...lanes.values()].reduce((sum, lane) => sum + lane.waiting(now), 0),
  };
}

/** The requests of one scope. */
class ScopeLimiter {
  private readonly sent = new LastMinute();
  private readonly looks = new LastMinute();
  private readonly queues = { high: new Queue(), low: new Queue() };
  private readonly mostLooks: number;
  private readonly mostWithLooks: number;
  private nextLook = 0;
  private pausedUntil = 0;

  constructor(private readonly ceiling: number) {
    this.mostLooks = Math.max(1, Math.floor(ceiling * LOOKS));
    this.mostWithLooks = Math.max(1, ceiling - Math.ceil(ceiling * RESERVE));
  }

  /** Nothing in it says anything about the next request. */
  isIdle(now: number): boolean {
    const free = this.sent.freeAt(1, 0, Math.max(now, this.pausedUntil));
    return free <= now && this.queues.high.isEmpty(now) && this.queues.low.isEmpty(now);
  }

  waiting(now: number): number {
    return this.queues.high.waiting(now) + this.queues.low.waiting(now);
  }

  pause(until: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  take({ kind, id }: Caller, now: number): number {
    const from = Math.max(now, this.pausedUntil);
    if (this.ceiling === Number.POSITIVE_INFINITY) return from - now;
    const delay = this.queues[kind].take(id, now, (ahead) =>
      kind === 'high' ? this.sent.freeAt(this.ceiling, ahead, from) : this.lookAt(ahead, from),
    );
    if (delay > 0) return delay;
    this.sent.add(now);
    if (kind === 'high') return 0;
    this.looks.add(now);
    this.nextLook = Math.max(this.nextLook, now - BURST) + MINUTE / this.mostLooks;
    return 0;
  }

  private lookAt(ahead: number, from: number): number {
    return Math.max(
      Math.max(this.nextLook, from - BURST) + (ahead * MINUTE) / this.mostLooks,
      this.looks.freeAt(this.mostLooks, ahead, from),
      this.sent.freeAt(this.mostWithLooks, ahead, from),
    );
  }
}

/** Those who were sent away: when their turns are, and when they were told to ask again. */
class Queue {
  private readonly bookings = new Map<string, { place: number; back: number }>();

  /** @param goesAt when a request goes that lets so many others go first */
  take(id: string | undefined, now: number, goesAt: (ahead: number) => number): number {
    const booked = (id === undefined ? undefined : this.bookings.get(id)?.place) ?? Number.POSITIVE_INFINITY;
    const { before, due } = this.ahead(booked, now);
    const goes = goesAt(due);
    if (id !== undefined && goes <= now) this.bookings.delete(id);
    if (id === undefined || goes <= now) return Math.ceil(goes - now);
    const place = Math.min(booked, goesAt(before));
    const back = Math.ceil(Math.min(Math.max(place, goes), now + AWAY));
    this.bookings.set(id, { place, back });
    return back - now;
  }

  waiting(now: number): number {
    return [...this.bookings.values()].filter(({ back }) => now <= back + GRACE).length;
  }

  isEmpty(now: number): boolean {
    return [...this.bookings.values()].every(({ back }) => now > back + FORGOTTEN);
  }

  /** How many have an earlier place, and how many of these are due: only they hold a turn. */
  private ahead(place: number, now: number): { before: number; due: number } {
    const counts = { before: 0, due: 0 };
    for (const [id, other] of this.bookings) {
      if (now > other.back + FORGOTTEN) this.bookings.delete(id);
      if (now > other.back + GRACE || other.place >= place) continue;
      counts.before++;
      if (other.place <= now) counts.due++;
    }
    return counts;
  }
}

/** When the requests of the last minute were sent, oldest first. */
class LastMinute {
  private times: number[] = [];
  private past = 0;

  /** Copies only when half of it is past: a request costs the same however high the ceiling is. */
  add(now: number): void {
    this.times.push(now);
    while ((this.times[this.past] ?? now) <= now - MINUTE) this.past++;
    if (this.past > this.times.length / 2) this.past -= this.times.splice(0, this.past).length;
  }

  /** When a minute that holds at most so many has room for one more, after so many others. */
  freeAt(most: number, ahead: number, from: number): number {
    const oldest = this.times[this.times.length - most + (ahead % most)] ?? Number.NEGATIVE_INFINITY;
    return Math.max(from, oldest + MINUTE) + Math.floor(ahead / most) * MINUTE;
  }
}
