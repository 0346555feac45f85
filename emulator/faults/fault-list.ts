import type { Fault } from './fault.js';
import { matcherOf } from '../glob.js';
import type { Route } from '../route.js';

/** A fault that was ordered. */
export interface OrderedFault {
  readonly fault: Fault;
  /** How many requests it hit. */
  readonly hits: number;
  /** Takes it back. */
  clear(): void;
}

interface Entry {
  fault: Fault;
  matches: (name: string) => boolean;
  since: number;
  seen: number;
  hits: number;
}

/** The faults of one emulator. The first one ordered that hits a request is the one it meets. */
export class FaultList {
  readonly #now: () => number;
  readonly #random: () => number;
  #entries: Entry[] = [];

  /** @param random - a number from 0 up to 1, for faults with a probability. */
  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  add(fault: Fault): OrderedFault {
    const matches = fault.name === undefined ? () => true : matcherOf(fault.name);
    const entry: Entry = { fault, matches, since: this.#now(), seen: 0, hits: 0 };
    this.#entries.push(entry);
    return {
      fault,
      get hits() {
        return entry.hits;
      },
      clear: () => this.#remove(entry),
    };
  }

  /** The fault that a request meets, which is thereby used once, or `undefined`. */
  take(route: Route): Fault | undefined {
    for (const entry of this.#entries) {
      if (!this.#hits(entry, route)) continue;
      entry.hits += 1;
      if (entry.hits === entry.fault.times) this.#remove(entry);
      return entry.fault;
    }
    return undefined;
  }

  /** The faults that are still ordered, oldest first. */
  list(): { fault: Fault; hits: number }[] {
    return this.#entries.map(({ fault, hits }) => ({ fault, hits }));
  }

  clear(): void {
    this.#entries = [];
  }

  #hits(entry: Entry, route: Route): boolean {
    const { method, name, fromMs = 0, untilMs = Infinity, skip = 0, probability = 1 } = entry.fault;
    if (method !== undefined && ![method].flat().includes(route.method)) return false;
    if (name !== undefined && (route.name === undefined || !entry.matches(route.name))) return false;
    const age = this.#now() - entry.since;
    if (age < fromMs || age >= untilMs) return false;
    entry.seen += 1;
    if (entry.seen <= skip) return false;
    return probability === 1 || this.#random() < probability;
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}
