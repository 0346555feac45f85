import type {
  AwaitRequest,
  BulkActivities,
  CancelAnswer,
  CancelRequest,
  PollCancelled,
  ListPage,
  ListRequest,
  PollRequest,
  OperationLost,
  OperationActivities,
  PollResult,
  NoAnswer,
} from '../contract/activities.js';
import type { ListRef, OperationRef, OperationsClient } from '../google/client.js';
import { Attempt, type Desk } from './attempt.js';
import { pollUntilDone, type Shared } from './polling/poll-until-done.js';
import { sendCancelOnce } from './cancel-once.js';
import { pollWithQuickRetries } from './polling/poll-with-quick-retries.js';
import { createSemaphore, createWaitSupport } from './polling/semaphore.js';
import { createBulkActivities, MAX_WAITING_CHILDREN } from './bulk/bulk-activities.js';
import { createLimiter } from './limiter.js';
import { listPage } from './listing/list-page.js';
import { pollOnce } from './polling/poll-once.js';
import { ActivityMetrics } from './metrics.js';
import { describePendingPoll } from './polling/describe-pending-poll.js';
import { createOperationListCache } from './listing/operation-list-cache.js';
import { createRetrySpreader } from './polling/retry-spreader.js';

/** What the activities need from their process. */
export interface ActivityDeps {
  operations: OperationsClient;
  /** The ceiling of requests for one project and location; `undefined` is none. */
  requestsPerMinute?: number | undefined;
  /** How many attempts may hold an activity slot while they wait. Default 100. */
  maxWaitingAttempts?: number | undefined;
  /** Up to how many operations of a collection are looked at one by one, rather than by a list of them. Default 50. */
  listThreshold?: number | undefined;
  /** Is given a function that reads how the activities stand, for gauges. */
  onStats?: ((read: () => ActivityStats) => void) | undefined;
}

/** How the activities of a process stand. */
export interface ActivityStats {
  /** Attempts that stay and wait, each in an activity slot: for an operation's end, or for an item of a bulk. */
  waitingAttempts: number;
  /** Requests to Google that wait for their turn under the ceiling. */
  waitingRequests: number;
}

/** The activities of one process. Everything that they share, such as the ceiling of requests, is shared by what one call makes. */
export function createActivities(deps: ActivityDeps): OperationActivities & BulkActivities {
  const { operations } = deps;
  const desk: Desk = { limiter: createLimiter(deps.requestsPerMinute), metrics: new ActivityMetrics() };
  const itemHolds = createSemaphore(MAX_WAITING_CHILDREN);
  const permitFor = (ref: OperationRef | ListRef) => () => operations.check(ref);
  const shared: Shared = {
    operations,
    holds: createSemaphore(deps.maxWaitingAttempts ?? 100),
    waitSupport: createWaitSupport(),
    snapshots: createOperationListCache({
      listThreshold: deps.listThreshold,
      requestsPerMinute: deps.requestsPerMinute,
    }),
    turns: createRetrySpreader(),
  };
  deps.onStats?.(() => ({
    waitingAttempts: shared.holds.inUse + itemHolds.inUse,
    waitingRequests: desk.limiter.waiting(Date.now()),
  }));
  return {
    ...createBulkActivities({ holds: itemHolds, operations }),
    async getOperation(request: PollRequest): Promise<PollResult | OperationLost | NoAnswer> {
      const attempt = new Attempt(request.ref, request.pollState, desk, permitFor(request.ref));
      await attempt.waitUntil(request.notBefore);
      const look = attempt.context.info.isLocal ? pollWithQuickRetries : pollOnce;
      return attempt.withHeartbeats(() => look(attempt, operations, request));
    },
    cancelOperation(request: CancelRequest): Promise<CancelAnswer | PollResult | OperationLost> {
      const attempt = new Attempt(request.ref, request.pollState, desk, permitFor(request.ref));
      return attempt.withHeartbeats(() => sendCancelOnce(attempt, request, shared));
    },
    async awaitOperation(request: AwaitRequest): Promise<PollResult | OperationLost | PollCancelled> {
      const attempt = new Attempt(request.ref, request.pollState, desk, permitFor(request.ref));
      try {
        return await attempt.withHeartbeats(() => pollUntilDone(attempt, request, shared));
      } catch (error) {
        if (attempt.isCancelled) return { cancelled: true, pollState: attempt.pollState };
        throw error;
      }
    },
    describePendingPoll: describePendingPoll,
    listOperations(request: ListRequest): Promise<ListPage> {
      const { service, apiVersion, parent } = request;
      const attempt = new Attempt(
        { service, apiVersion, name: parent },
        { polls: 0, failures: 0 },
        desk,
        permitFor({ service, apiVersion, parent }),
      );
      return attempt.withHeartbeats(() => listPage(attempt, operations, request));
    },
  };
}
