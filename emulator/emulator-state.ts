import type { Operation } from '../contract/operation.js';
import type { FaultList } from './faults/fault-list.js';
import type { RequestLog } from './log.js';
import type { ScriptedResult } from './operations/script.js';
import { resultOf } from './operations/state.js';
import type { OperationState } from './operations/state.js';
import type { OperationStore, StoredOperation } from './operations/store.js';
import { operationOf } from './operations/view.js';

/** The real state of an operation, whatever a client has seen of it. */
export interface OperationTruth {
  /** The name in the script. */
  name: string;
  state: OperationState;
  /** The Operation that `get` would return now, without padding; absent while `get` would return 404. */
  operation?: Operation;
  /** The number of accepted cancels. */
  cancelsAccepted: number;
}

/** The operations, faults and request log of one emulator. */
export class EmulatorState {
  readonly store: OperationStore;
  readonly faults: FaultList;
  readonly log: RequestLog;
  readonly #now: () => number;

  constructor(parts: { store: OperationStore; faults: FaultList; log: RequestLog; now: () => number }) {
    this.store = parts.store;
    this.faults = parts.faults;
    this.log = parts.log;
    this.#now = parts.now;
  }

  /** @throws EmulatorError `NOT_FOUND` for a name that was never added. */
  truth(name: string): OperationTruth {
    return this.#truthOf(this.store.get(name));
  }

  truths(): OperationTruth[] {
    return Array.from(this.store.all(), (operation) => this.#truthOf(operation));
  }

  /**
   * Ends an operation now, by default with the result of its script.
   *
   * @returns whether it was still running; otherwise nothing changed.
   * @throws EmulatorError `NOT_FOUND` for a name that was never added.
   */
  complete(name: string, result?: ScriptedResult): boolean {
    const operation = this.store.get(name);
    const { phase } = this.store.state(operation);
    if (phase === 'done' || phase === 'gone') return false;
    const at = this.#now();
    this.store.record(operation, { kind: 'completed', at, result: result ?? resultOf(operation.script) });
    return true;
  }

  /** @throws EmulatorError `NOT_FOUND` for a name that was never added. */
  expire(name: string): void {
    this.store.record(this.store.get(name), { kind: 'expired', at: this.#now() });
  }

  reset(): void {
    this.faults.clear();
    this.store.clear();
    this.log.clear();
  }

  #truthOf(operation: StoredOperation): OperationTruth {
    const { script, events } = operation;
    const state = this.store.state(operation);
    const visible = state.phase === 'running' || state.phase === 'done';
    return {
      name: script.name,
      state,
      ...(visible && { operation: operationOf(script, operation, state) }),
      cancelsAccepted: events.filter(({ kind }) => kind === 'cancel-accepted').length,
    };
  }
}
