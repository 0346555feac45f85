import type { Problem } from '../oracle/records.js';
import { type Calling, isMistaken, isOver, makeCall } from './calls.js';
import type { Clock } from '../support/clock.js';
import type { Call, PlannedOperation, Step } from '../plan/plan.js';

/** A call that was taken: Temporal, or a worker, said so. */
export interface Taken {
  name: string;
  call: Call;
  runId?: string;
}

const PATIENCE_MS = 15_000;
const PAUSE_MS = 400;

/** The callers: each makes its call until it is taken, as a careful caller does. */
export class Callers {
  readonly taken: Taken[] = [];
  readonly problems: Problem[] = [];
  /** Calls made again because of an error. */
  repeats = 0;

  constructor(
    private readonly calling: Calling,
    private readonly clock: Clock,
  ) {}

  /** Everything that is asked about an operation. A step waits for the one before it. */
  async steps(operation: PlannedOperation, steps: readonly Step[]): Promise<void> {
    for (const { atMs, calls } of steps) {
      await this.clock.at(atMs);
      await Promise.all(calls.map((call) => this.#make(call, operation)));
    }
  }

  async #make(call: Call, operation: PlannedOperation): Promise<void> {
    const { name } = operation;
    for (;;) {
      this.clock.signal.throwIfAborted();
      try {
        const runId = await this.calling.client.connection.withDeadline(Date.now() + PATIENCE_MS, () =>
          makeCall(this.calling, call, operation),
        );
        this.taken.push({ name, call, ...(runId !== undefined && { runId }) });
        return;
      } catch (error) {
        if (isOver(error)) return;
        if (isMistaken(error)) {
          this.problems.push({ kind: 'call', about: name, what: `${call}: ${String(error)}` });
          return;
        }
        this.repeats += 1;
        await this.clock.pause(PAUSE_MS);
      }
    }
  }
}
