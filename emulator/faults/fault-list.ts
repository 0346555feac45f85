import { type Glob, parseGlob } from '../../google/glob.js';
import type { Fault } from './fault.js';
import type { Route } from '../route.js';

/** An active fault. */
export interface InjectedFault {
  readonly fault: Fault;
  /** The number of requests that it has hit. */
  readonly hits: number;
  /** Removes it. */
  clear(): void;
}

interface Entry {
  fault: Fault;
  name: Glob | undefined;
  since: number;
  matched: number;
  hits: number;
}

/** The faults of one emulator. A request is hit by at most one: the oldest that matches. */
export class FaultList {
  #entries: Entry[] = [];

  /** @param random - a number from 0 up to 1, for faults with a probability. */
  constructor(
    private readonly now: () => number,
    private readonly random: () => number,
  ) {}

  add(fault: Fault): InjectedFault {
    const name = fault.name === undefined ? undefined : parseGlob(fault.name);
    const entry: Entry = { fault, name, since: this.now(), matched: 0, hits: 0 };
    this.#entries.push(entry);
    return {
      fault,
      get hits() {
        return entry.hits;
      },
      clear: () => this.#remove(entry),
    };
  }

  /** The fault that hits a request, which counts as one of its `times`, or `undefined`. */
  take(route: Route): Fault | undefined {
    for (const entry of this.#entries) {
      if (!this.#hits(entry, route)) continue;
      entry.hits += 1;
      if (entry.hits === entry.fault.times) this.#remove(entry);
      return entry.fault;
    }
    return undefined;
  }

  /** The active faults, oldest first. */
  list(): { fault: Fault; hits: number }[] {
    return this.#entries.map(({ fault, hits }) => ({ fault, hits }));
  }

  clear(): void {
    this.#entries = [];
  }

  #hits(entry: Entry, route: Route): boolean {
    const { method, fromMs = 0, untilMs = Infinity, skip = 0, probability = 1 } = entry.fault;
    if (method !== undefined && ![method].flat().includes(route.method)) return false;
    if (entry.name !== undefined && (route.name === undefined || !entry.name.matches(route.name))) return false;
    const age = this.now() - entry.since;
    if (age < fromMs || age >= untilMs) return false;
    entry.matched += 1;
    if (entry.matched <= skip) return false;
    return probability === 1 || this.random() < probability;
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}
