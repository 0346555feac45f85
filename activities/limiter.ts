const MINUTE = 60_000;
/** The share of the ceiling that looks may use: the rest is left for cancels, which go first. */
const LOOKS = 0.8;
/** A booked turn that nobody took is forgotten after this long. */
const FORGOTTEN = 10 * MINUTE;

/** Who asks for a turn: a cancel goes before the looks. */
export type Caller = { kind: 'look' | 'cancel'; id: string };

/**
 * Keeps the requests for one project and location below a ceiling, over everything that shares it.
 *
 * A turn that is not due yet is booked for the caller's id, so that it can go away and come back at its time.
 */
export interface Limiter {
  /** Takes a turn. 0 means: send now. Otherwise the ms until the caller's turn. */
  take(scope: string, caller: Caller, now: number): number;
  /** Sends nothing more for this scope until then: Google asked for it. */
  pause(scope: string, until: number): void;
}

/** @param requestsPerMinute the ceiling for each scope; `undefined` is none */
export function createLimiter(requestsPerMinute: number | undefined): Limiter {
  const lanes = new Map<string, Lane>();
  const laneOf = (scope: string): Lane => {
    const lane = lanes.get(scope) ?? new Lane(requestsPerMinute ?? Number.POSITIVE_INFINITY);
    lanes.set(scope, lane);
    return lane;
  };
  return {
    take: (scope, caller, now) => laneOf(scope).take(caller, now),
    pause: (scope, until) => laneOf(scope).pause(until),
  };
}

class Lane {
  private sent: number[] = [];
  private readonly bookings = new Map<string, number>();
  private nextTurn = 0;
  private pausedUntil = 0;

  constructor(private readonly ceiling: number) {}

  pause(until: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  take({ kind, id }: Caller, now: number): number {
    if (now < this.pausedUntil) return this.pausedUntil - now;
    if (this.ceiling === Number.POSITIVE_INFINITY) return 0;
    this.forget(now);
    const delay = kind === 'cancel' ? this.untilFree(now, this.ceiling) : this.untilTurn(id, now);
    if (delay > 0) return delay;
    this.bookings.delete(id);
    this.sent.push(now);
    return 0;
  }

  private untilTurn(id: string, now: number): number {
    const looks = Math.max(1, Math.floor(this.ceiling * LOOKS));
    const booked = this.bookings.get(id);
    if (booked !== undefined && booked > now) return booked - now;
    const free = this.untilFree(now, looks);
    if (free === 0 && (booked !== undefined || this.bookings.size === 0)) return 0;
    this.nextTurn = Math.max(this.nextTurn + MINUTE / looks, now + free);
    this.bookings.set(id, this.nextTurn);
    return Math.max(1, this.nextTurn - now);
  }

  /** How long until fewer than `most` requests lie within a minute. */
  private untilFree(now: number, most: number): number {
    const oldest = this.sent[this.sent.length - most];
    return oldest === undefined ? 0 : Math.max(0, oldest + MINUTE - now);
  }

  private forget(now: number): void {
    const recent = this.sent.findIndex((at) => at > now - MINUTE);
    this.sent = recent === -1 ? [] : this.sent.slice(recent);
    for (const [id, at] of this.bookings) {
      if (at > now - FORGOTTEN) break;
      this.bookings.delete(id);
    }
  }
}
