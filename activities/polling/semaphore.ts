import type { OperationTarget } from '../../contract/activities.js';

const HOUR = 3_600_000;

/** How many attempts of a process stay and wait. The others look once and leave the waiting to Temporal. */
export interface Holds {
  /** @returns whether there is room; `leave` has to follow then */
  enter(): boolean;
  leave(): void;
  /** How many stay now. */
  readonly held: number;
}

/** @param most how many attempts may stay at once */
export function createHolds(most: number): Holds {
  let held = 0;
  return {
    enter: () => held < most && ++held > 0,
    leave: () => void held--,
    get held() {
      return held;
    },
  };
}

/** What a process has learnt of services and collections that have no `wait`. It is forgotten after an hour. */
export interface WaitSupport {
  isLacking(target: OperationTarget): boolean;
  learnLacking(target: OperationTarget): void;
}

export function createWaitSupport(): WaitSupport {
  const lacking = new Map<string, number>();
  return {
    isLacking: (target) => (lacking.get(kindOf(target)) ?? 0) > Date.now() - HOUR,
    learnLacking: (target) => void lacking.set(kindOf(target), Date.now()),
  };
}

// Services bind `wait` collection by collection.
function kindOf({ service, apiVersion, name }: OperationTarget): string {
  const collections = name.split('/').filter((_, index) => index % 2 === 0);
  return [service, apiVersion, ...collections].join('/');
}
