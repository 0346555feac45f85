import { type Emulator, type InjectedFault, seededRandom, startEmulator } from '../../../emulator/index.js';
import type { Clock } from './clock.js';
import type { Plan, PlannedOperation, WireFault } from '../plan/plan.js';
import type { Interval, Truth } from '../oracle/records.js';

/** The hits of a fault. */
export interface Injected {
  label: string;
  kind: string;
  hits: number;
}

/** The emulator in the place of Google, with its operations and the faults of its wire. */
export class Google {
  readonly away: Interval[] = [];
  readonly #ordered: { label: string; fault: InjectedFault }[] = [];
  readonly #ends = new Map<string, Truth['end']>();
  readonly #expired = new Map<string, number>();
  readonly #names = new Map<string, string>();
  readonly #scripts = new Map<string, Truth['script']>();

  private constructor(readonly emulator: Emulator) {}

  static async start({ seed }: Plan): Promise<Google> {
    return new Google(await startEmulator({ random: seededRandom(seed + 1) }));
  }

  add({ name, script }: PlannedOperation): void {
    if (script === undefined) return;
    this.#names.set(name, name);
    // A list shows the number of the project, so operations that are cancelled by a list have it in their names.
    const { projectNumber } = script;
    if (projectNumber !== undefined)
      this.#names.set(name.replace(/^projects\/[^/]+/, `projects/${projectNumber}`), name);
    this.#scripts.set(name, script);
    this.emulator.add({ name, ...script });
  }

  /** Makes an operation a 404 for good, and keeps how it ended. */
  expire(name: string): void {
    this.#ends.set(name, this.#endOf(name));
    this.#expired.set(name, Date.now());
    this.emulator.expire(name);
  }

  order({ label, fault }: Pick<WireFault, 'label' | 'fault'>): void {
    this.#ordered.push({ label, fault: this.emulator.fail(fault) });
  }

  /** Refuses connections for a while. */
  async goAway(forMs: number, clock: Clock): Promise<void> {
    const from = Date.now();
    await this.emulator.stop();
    try {
      await clock.pause(forMs);
    } finally {
      await this.emulator.resume();
      this.away.push({ from, until: Date.now() });
    }
  }

  /** How an operation really ended, by either of its names; `undefined` for one that was never there. */
  truth(asked: string): Truth | undefined {
    const name = this.#names.get(asked) ?? asked;
    const script = this.#scripts.get(name);
    if (script === undefined) return undefined;
    const goneAt = this.#expired.get(name);
    const end = this.#ends.get(name) ?? (goneAt === undefined ? this.#endOf(name) : undefined);
    return { script, ...(end && { end }), ...(goneAt !== undefined && { goneAt }) };
  }

  /** The faults of the wire, with how often each hit. */
  injected(): Injected[] {
    const all = new Map<string, Injected>();
    for (const { label, fault } of this.#ordered) {
      const entry = all.get(label) ?? { label, kind: fault.fault.kind, hits: 0 };
      all.set(label, { ...entry, hits: entry.hits + fault.hits });
    }
    return [...all.values()];
  }

  #endOf(name: string): Truth['end'] {
    const { state } = this.emulator.operation(name);
    return state.phase === 'done' ? { at: state.at, result: state.result } : undefined;
  }
}
