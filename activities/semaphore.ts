import type { OperationRef } from '../../contract/activities.js';

const HOUR = 3_600_000;

/** How many attempts of a process stay and wait. The others look once and leave the waiting to Temporal. */
export interface Semaphore {
  /** @returns whether there is room; `leave` has to follow then */
  tryAcquire(): boolean;
  release(): void;
  /** How many stay now. */
  readonly inUse: number;
}

/** @param most how many attempts may stay at once */
export function createSemaphore(most: number): Semaphore {
  let held = 0;
  return {
    tryAcquire: () => held < most && ++held > 0,
    release: () => void held--,
    get inUse() {
      return held;
    },
  };
}

/** What a process has learnt of services and collections that have no `wait`. It is forgotten after an hour. */
export interface WaitSupport {
  isUnsupported(target: OperationRef): boolean;
  markUnsupported(target: OperationRef): void;
}

export function createWaitSupport(): WaitSupport {
  const lacking = new Map<string, number>();
  return {
    isUnsupported: (target) => (lacking.get(kindOf(target)) ?? 0) > Date.now() - HOUR,
    markUnsupported: (target) => void lacking.set(kindOf(target), Date.now()),
  };
}

// Services bind `wait` collection by collection.
function kindOf({ service, apiVersion, name }: OperationRef): string {
  const collections = name.split('/').filter((_, index) => index % 2 === 0);
  return [service, apiVersion, ...collections].join('/');
}
