import type { Problem } from '../oracle/records.js';
import { type CallTarget, isMistaken, isOver, makeCall } from './calls.js';
import type { Clock } from '../support/clock.js';
import type { Call, PlannedOperation, Step } from '../plan/plan.js';

/** A call that Temporal or a worker accepted. */
export interface AcceptedCall {
  name: string;
  call: Call;
  runId?: string;
}

const CALL_TIMEOUT_MS = 15_000;
const RETRY_MS = 400;

/** Makes calls and retries each until it is accepted. */
export class Callers {
  readonly accepted: AcceptedCall[] = [];
  readonly problems: Problem[] = [];
  /** Calls made again because of an error. */
  repeats = 0;

  constructor(
    private readonly target: CallTarget,
    private readonly clock: Clock,
  ) {}

  /** Makes the calls about an operation, step by step. */
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
        const runId = await this.target.client.connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
          makeCall(this.target, call, operation),
        );
        this.accepted.push({ name, call, ...(runId !== undefined && { runId }) });
        return;
      } catch (error) {
        if (isOver(error)) return;
        if (isMistaken(error)) {
          this.problems.push({ kind: 'call', about: name, what: `${call}: ${String(error)}` });
          return;
        }
        this.repeats += 1;
        await this.clock.pause(RETRY_MS);
      }
    }
  }
}
