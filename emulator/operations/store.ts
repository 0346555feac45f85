import { EventEmitter } from 'node:events';
import type { JsonObject, Operation } from '../../contract/operation.js';
import type { Kind } from '../../google/kinds/kind.js';
import { EmulatorError } from '../errors.js';
import { jobJson } from '../jobs/body.js';
import { kindOfJob, linkedOperation } from '../jobs/kind-of-job.js';
import type { OperationScript, ScriptedResult } from './script.js';
import {
  type OperationEvent,
  type OperationState,
  type ScriptedOperation,
  scriptedResultOf,
  stateAt,
} from './state.js';
import { isVisible, operationOf, shownName } from './view.js';

/** An operation with the requests that wait for it. `order` grows with each `add` and is never reused. */
export interface StoredOperation extends ScriptedOperation {
  readonly order: number;
  readonly events: OperationEvent[];
  readonly changes: EventEmitter;
}

/** The real state of an operation, regardless of the answers to clients. */
export interface OperationTruth {
  /** The name in the script. */
  name: string;
  state: OperationState;
  /** The Operation that `get` of v1beta1 would return now, without padding; absent while `get` would return 404. */
  operation?: Operation;
  /** Likewise of a job: its body. */
  job?: JsonObject;
  /** The number of accepted cancels. */
  cancelsAccepted: number;
}

/** The operations of one emulator. */
export class OperationStore {
  readonly #operations: StoredOperation[] = [];
  /** By the name in the script and by the shown name. */
  readonly #byName = new Map<string, StoredOperation>();
  readonly #kinds = new Set<Kind>();
  #added = 0;

  constructor(private readonly now: () => number) {}

  /**
   * Adds all of the operations or none.
   *
   * @throws EmulatorError `ALREADY_EXISTS` if a name is taken.
   */
  add(scripts: readonly OperationScript[]): void {
    const added = new Set<string>();
    for (const name of scripts.flatMap(namesOf)) {
      if (added.has(name) || this.#byName.has(name)) {
        throw new EmulatorError('ALREADY_EXISTS', `The emulator has an operation ${name} already`);
      }
      added.add(name);
    }
    for (const script of scripts) {
      this.#added += 1;
      const kind = kindOfJob(script);
      const operation = {
        order: this.#added,
        script,
        ...(kind && { kind }),
        addedAt: this.now(),
        events: [],
        changes: new EventEmitter().setMaxListeners(0),
      };
      if (kind !== undefined) this.#kinds.add(kind);
      this.#operations.push(operation);
      for (const name of namesOf(script)) this.#byName.set(name, operation);
    }
  }

  /** The operation with this name, in any state. */
  find(name: string): StoredOperation | undefined {
    return this.#byName.get(name);
  }

  /** Whether a job of this kind was added. */
  has(kind: Kind): boolean {
    return this.#kinds.has(kind);
  }

  /** All operations and jobs in the order in which they were added. */
  all(): readonly StoredOperation[] {
    return this.#operations;
  }

  state(operation: StoredOperation): OperationState {
    return stateAt(operation, this.now());
  }

  /** @throws EmulatorError `NOT_FOUND` for a name that was never added. */
  truth(name: string): OperationTruth {
    return this.#truthOf(this.#get(name));
  }

  truths(): OperationTruth[] {
    return this.#operations.map((operation) => this.#truthOf(operation));
  }

  /**
   * Ends an operation now, by default with the result of its script.
   *
   * @returns whether it was still running; otherwise nothing changed.
   * @throws EmulatorError `NOT_FOUND` for a name that was never added.
   */
  complete(name: string, result?: ScriptedResult): boolean {
    const operation = this.#get(name);
    const at = this.now();
    const { phase } = stateAt(operation, at);
    if (phase === 'done' || phase === 'gone') return false;
    this.record(operation, { kind: 'completed', at, result: result ?? scriptedResultOf(operation.script) });
    return true;
  }

  /** @throws EmulatorError `NOT_FOUND` for a name that was never added. */
  expire(name: string): void {
    this.record(this.#get(name), { kind: 'expired', at: this.now() });
  }

  /** Adds an event and wakes the requests that wait for the operation. */
  record(operation: StoredOperation, event: OperationEvent): void {
    operation.events.push(event);
    operation.changes.emit('change');
  }

  /** Wakes the requests that wait for any operation. */
  wake(): void {
    for (const { changes } of this.#operations) changes.emit('change');
  }

  /** Deletes every operation; requests that wait for one are answered with 404. */
  clear(): void {
    const at = this.now();
    for (const operation of this.#operations.splice(0)) this.record(operation, { kind: 'deleted', at });
    this.#byName.clear();
    this.#kinds.clear();
  }

  #get(name: string): StoredOperation {
    const operation = this.find(name);
    if (operation === undefined) throw new EmulatorError('NOT_FOUND', `The emulator has no operation ${name}`);
    return operation;
  }

  #truthOf(operation: StoredOperation): OperationTruth {
    const { script, events, kind } = operation;
    const state = this.state(operation);
    return {
      name: script.name,
      state,
      ...(isVisible(state) &&
        (kind ? { job: jobJson(operation, kind, state) } : { operation: operationOf(operation, state, 'v1beta1') })),
      cancelsAccepted: events.filter(({ kind }) => kind === 'cancel-accepted').length,
    };
  }
}

/** The name in the script, the shown name if it is another, and that of the operation that makes a job. */
function namesOf(script: OperationScript): string[] {
  const kind = kindOfJob(script);
  const link = kind && linkedOperation(kind, script.name);
  return [...new Set([script.name, shownName(script), ...(link === undefined ? [] : [link])])];
}
