import { EmulatorError } from '../errors.js';
import type { OperationScript } from './script.js';
import { stateAt } from './state.js';
import type { History, OperationEvent, OperationState } from './state.js';
import { shownName } from './view.js';

/** An operation with its events. `order` grows with each `add` and is never reused. */
export interface StoredOperation extends History {
  readonly order: number;
  readonly script: OperationScript;
  readonly events: OperationEvent[];
  readonly listeners: Set<() => void>;
}

/** The operations of one emulator, by name and by the name with the project number. */
export class OperationStore {
  readonly #now: () => number;
  readonly #operations = new Map<string, StoredOperation>();
  readonly #otherNames = new Map<string, string>();
  #added = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Adds all of the operations or none.
   *
   * @throws EmulatorError `ALREADY_EXISTS` if a name is taken.
   */
  add(...scripts: OperationScript[]): void {
    const taken = new Set<string>();
    for (const script of scripts) {
      const names = new Set([script.name, shownName(script)]);
      for (const name of names) {
        if (taken.has(name) || this.find(name) !== undefined) {
          throw new EmulatorError('ALREADY_EXISTS', `The emulator has an operation ${name} already`);
        }
      }
      for (const name of names) taken.add(name);
    }
    for (const script of scripts) this.#put(script);
  }

  /** The operation with this name, whatever its state. */
  find(name: string): StoredOperation | undefined {
    return this.#operations.get(name) ?? this.#operations.get(this.#otherNames.get(name) ?? '');
  }

  /** @throws EmulatorError `NOT_FOUND` if no operation has the name. */
  get(name: string): StoredOperation {
    const operation = this.find(name);
    if (operation === undefined) throw new EmulatorError('NOT_FOUND', `The emulator has no operation ${name}`);
    return operation;
  }

  /** All operations in the order in which they were added. */
  all(): IterableIterator<StoredOperation> {
    return this.#operations.values();
  }

  state(operation: StoredOperation): OperationState {
    return stateAt(operation.script, operation, this.#now());
  }

  /** Adds an event and wakes the requests that wait for the operation. */
  record(operation: StoredOperation, event: OperationEvent): void {
    operation.events.push(event);
    for (const listener of operation.listeners) listener();
  }

  /** Wakes the requests that wait for any operation. */
  wake(): void {
    for (const { listeners } of this.all()) for (const listener of listeners) listener();
  }

  /** Deletes every operation; requests that wait for one are answered with 404. */
  clear(): void {
    const at = this.#now();
    for (const operation of this.all()) this.record(operation, { kind: 'deleted', at });
    this.#operations.clear();
    this.#otherNames.clear();
  }

  #put(script: OperationScript): void {
    this.#added += 1;
    const addedAt = this.#now();
    this.#operations.set(script.name, {
      order: this.#added,
      script,
      addedAt,
      events: [],
      listeners: new Set(),
    });
    const shown = shownName(script);
    if (shown !== script.name) this.#otherNames.set(shown, script.name);
  }
}
