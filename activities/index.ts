import type {
  AwaitRequest,
  BulkActivities,
  CancelAnswer,
  CancelRequest,
  Interruption,
  ListPage,
  ListRequest,
  LookRequest,
  Loss,
  OperationActivities,
  Sighting,
  Unanswered,
} from '../contract/activities.js';
import type { ListRef, OperationRef, OperationsClient } from '../google/client.js';
import { Attempt, type Desk } from './attempt.js';
import { awaitOnce, type Shared } from './polling/poll-until-done.js';
import { cancelOnce } from './cancel-once.js';
import { lookBriefly } from './polling/poll-with-quick-retries.js';
import { createHolds, createWaitSupport } from './polling/semaphore.js';
import { createBulkActivities, MOST_ITEMS_HELD } from './bulk/bulk-activities.js';
import { createLimiter } from './limiter.js';
import { listOnce } from './listing/list-page.js';
import { lookOnce } from './polling/poll-once.js';
import { ActivityMetrics } from './metrics.js';
import { recall } from './polling/describe-pending-poll.js';
import { createSnapshots } from './listing/operation-list-cache.js';
import { createTurns } from './polling/retry-spreader.js';

/** What the activities need from their process. */
export interface ActivityDeps {
  operations: OperationsClient;
  /** The ceiling of requests for one project and location; `undefined` is none. */
  requestsPerMinute?: number | undefined;
  /** How many attempts may hold an activity slot while they wait. Default 100. */
  mostHeld?: number | undefined;
  /** Up to how many operations of a collection are looked at one by one, rather than by a list of them. Default 50. */
  fewOperations?: number | undefined;
  /** Is given a function that reads how the activities stand, for gauges. */
  observe?: ((read: () => ActivityStats) => void) | undefined;
}

/** How the activities of a process stand. */
export interface ActivityStats {
  /** Attempts that stay and wait, each in an activity slot: for an operation's end, or for an item of a bulk. */
  held: number;
  /** Requests to Google that wait for their turn under the ceiling. */
  waiting: number;
}

/** The activities of one process. Everything that they share, such as the ceiling of requests, is shared by what one call makes. */
export function createActivities(deps: ActivityDeps): OperationActivities & BulkActivities {
  const { operations } = deps;
  const desk: Desk = { limiter: createLimiter(deps.requestsPerMinute), metrics: new ActivityMetrics() };
  const itemHolds = createHolds(MOST_ITEMS_HELD);
  const permitFor = (ref: OperationRef | ListRef) => () => operations.check(ref);
  const shared: Shared = {
    operations,
    holds: createHolds(deps.mostHeld ?? 100),
    waitSupport: createWaitSupport(),
    snapshots: createSnapshots({ few: deps.fewOperations, requestsPerMinute: deps.requestsPerMinute }),
    turns: createTurns(),
  };
  deps.observe?.(() => ({
    held: shared.holds.held + itemHolds.held,
    waiting: desk.limiter.waiting(Date.now()),
  }));
  return {
    ...createBulkActivities({ holds: itemHolds, operations }),
    async getOperation(request: LookRequest): Promise<Sighting | Loss | Unanswered> {
      const attempt = new Attempt(request.target, request.trail, desk, permitFor(request.target));
      await attempt.until(request.notBefore);
      const look = attempt.context.info.isLocal ? lookBriefly : lookOnce;
      return attempt.alive(() => look(attempt, operations, request));
    },
    cancelOperation(request: CancelRequest): Promise<CancelAnswer | Sighting | Loss> {
      const attempt = new Attempt(request.target, request.trail, desk, permitFor(request.target));
      return attempt.alive(() => cancelOnce(attempt, request, shared));
    },
    async awaitOperation(request: AwaitRequest): Promise<Sighting | Loss | Interruption> {
      const attempt = new Attempt(request.target, request.trail, desk, permitFor(request.target));
      try {
        return await attempt.alive(() => awaitOnce(attempt, request, shared));
      } catch (error) {
        if (attempt.isCancelled) return { interrupted: true, trail: attempt.trail };
        throw error;
      }
    },
    recallOperation: recall,
    listOperations(request: ListRequest): Promise<ListPage> {
      const { service, apiVersion, parent } = request;
      const attempt = new Attempt(
        { service, apiVersion, name: parent },
        { polls: 0, failures: 0 },
        desk,
        permitFor({ service, apiVersion, parent }),
      );
      return attempt.alive(() => listOnce(attempt, operations, request));
    },
  };
}
