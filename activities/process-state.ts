import type { OperationsClient } from '../google/client.js';
import { createLimiter } from './limiter.js';
import { createOperationListCache } from './listing/operation-list-cache.js';
import { ActivityMetrics } from './metrics.js';
import { createRetrySpreader } from './polling/retry-spreader.js';
import { createWaitSupport } from './polling/wait-support.js';
import { createSemaphore } from './semaphore.js';

const DEFAULT_MAX_WAITING_ATTEMPTS = 100;
/** Together with the waiting attempts at most 150 of a worker's 200 activity slots, so that slots are left for cancels. */
const MAX_WAITING_ITEMS = 50;

/** The settings of the activities of one process. */
export interface ActivityDeps {
  operations: OperationsClient;
  /** Maximum of requests a minute for one project and location; `undefined` is none. */
  requestsPerMinute?: number | undefined;
  /** Maximum of attempts that hold an activity slot while they wait for an operation's end. Default 100. */
  maxWaitingAttempts?: number | undefined;
  /** Up to this many operations of a collection are polled one by one, more by their list. Default 50. */
  listThreshold?: number | undefined;
  /** Is called once, with a function that reads the current numbers for gauges. */
  onStats?: ((read: () => ActivityStats) => void) | undefined;
}

/** The current numbers of one process. */
export interface ActivityStats {
  /** Attempts that wait in an activity slot: for an operation's end, or for an item of `cancelOperations`. */
  waitingAttempts: number;
  /** Requests to Google that wait for a slot of the limiter. */
  waitingRequests: number;
}

/** The shared state of all attempts of one process. */
export type ProcessState = ReturnType<typeof createProcessState>;

export function createProcessState({
  operations,
  requestsPerMinute,
  maxWaitingAttempts = DEFAULT_MAX_WAITING_ATTEMPTS,
  listThreshold,
}: ActivityDeps) {
  return {
    /** It sends at once and counts nothing, so attempts use their own metered client instead. */
    operations,
    limiter: createLimiter(requestsPerMinute),
    metrics: new ActivityMetrics(),
    waitingAttempts: createSemaphore(maxWaitingAttempts),
    waitingItems: createSemaphore(MAX_WAITING_ITEMS),
    startingItems: createSemaphore(Number.POSITIVE_INFINITY),
    waitSupport: createWaitSupport(),
    listCache: createOperationListCache({ listThreshold, requestsPerMinute }),
    retrySpreader: createRetrySpreader(),
  };
}

export function activityStats({ waitingAttempts, waitingItems, startingItems, limiter }: ProcessState): ActivityStats {
  return {
    waitingAttempts: waitingAttempts.inUse + waitingItems.inUse + startingItems.inUse,
    waitingRequests: limiter.waiting(Date.now()),
  };
}
