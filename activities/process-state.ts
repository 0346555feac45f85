import type { OperationsClient } from '../google/client.js';
import { createActivitySlots } from './activity-slots.js';
import { createLimiter } from '../google/limiter.js';
import { ActivityMetrics } from './metrics.js';
import { createRetrySpreader } from './polling/retry-spreader.js';
import { createWaitSupport } from './polling/wait-support.js';
import { createCoverage, DEFAULT_LIST_THRESHOLD } from './reconcile/coverage.js';
import { createFollowedSets } from './reconcile/followed-sets.js';
import { createSemaphore } from './semaphore.js';

/** The shares of the activity slots that waiting attempts may hold, and those of bulks: slots are left for cancels. */
const WAITING_ATTEMPTS = 1 / 2;
const WAITING_ITEMS = 1 / 8;
const NEW_ITEMS = 1 / 8;

/** The settings of the activities of one process. */
export interface ActivityDeps {
  operations: OperationsClient;
  /** Maximum of requests a minute for one project and location; `undefined` is none. */
  requestsPerMinute?: number | undefined;
  /** The highest number of poll attempts a second, which adapts to the load; `undefined` is none. */
  attemptsPerSecond?: number | undefined;
  /**
   * The activity slots of the worker, its `maxConcurrentActivityTaskExecutions`: half of them at most are held by attempts that
   * wait for an operation's end. Left out: half of as many attempts as have run at once, so that few operations are polled by
   * `wait`.
   */
  activitySlots?: number | undefined;
  /** Up to this many operations of a collection are polled one by one; more have a reconcile loop. Default 50. */
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
  /** The code by which Temporal refuses to list workflows for this worker, so that there are no reconcile loops. */
  visibilityProblem: string | undefined;
}

/** The shared state of all attempts of one process. */
export type ProcessState = ReturnType<typeof createProcessState>;

export function createProcessState({
  operations,
  requestsPerMinute = Number.POSITIVE_INFINITY,
  attemptsPerSecond,
  activitySlots,
  listThreshold = DEFAULT_LIST_THRESHOLD,
}: ActivityDeps) {
  const slots = createActivitySlots(activitySlots);
  const followedSets = createFollowedSets();
  return {
    slots,
    /** It sends at once and counts nothing, so attempts use their own metered client instead. */
    operations,
    requestsPerMinute,
    listThreshold,
    limiter: createLimiter(requestsPerMinute),
    metrics: new ActivityMetrics(),
    waitingAttempts: createSemaphore(() => slots.part(WAITING_ATTEMPTS)),
    waitingItems: createSemaphore(() => slots.part(WAITING_ITEMS)),
    newItems: createSemaphore(() => slots.part(NEW_ITEMS)),
    startingItems: createSemaphore(() => Number.POSITIVE_INFINITY),
    waitSupport: createWaitSupport(),
    coverage: createCoverage(listThreshold, followedSets),
    followedSets,
    retrySpreader: createRetrySpreader(attemptsPerSecond),
  };
}

export function activityStats({ limiter, coverage, ...state }: ProcessState): ActivityStats {
  const { waitingAttempts, waitingItems, newItems, startingItems } = state;
  return {
    waitingAttempts: waitingAttempts.inUse + waitingItems.inUse + newItems.inUse + startingItems.inUse,
    waitingRequests: limiter.waiting(Date.now()),
    visibilityProblem: coverage.problem,
  };
}
