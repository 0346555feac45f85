import type { BulkActivities, OperationActivities, PollRequest } from '../contract/activities.js';
import { kindOf } from '../google/kinds/find-kind.js';
import { nameOfKind } from '../google/kinds/kind.js';
import { Attempt } from './attempt.js';
import { createBulkActivities } from './bulk/bulk-activities.js';
import { cancelOnce } from './cancel-once.js';
import { endAtTimeLimit } from './end-at-time-limit.js';
import { isOwnRun } from './is-own-run.js';
import { listKinds } from './listing/list-kinds.js';
import { describePendingPoll } from './polling/describe-pending-poll.js';
import { pollOnce } from './polling/poll-once.js';
import { MIN_ATTEMPT_MS, pollUntilDone } from './polling/poll-until-done.js';
import { withQuickRetries } from './polling/with-quick-retries.js';
import { type ActivityDeps, activityStats, createProcessState } from './process-state.js';
import { assertOwnLoop, reconcileOnce } from './reconcile/reconcile-once.js';
import { reportFailing } from './report-failing.js';

export type { ActivityDeps, ActivityStats } from './process-state.js';

/** The activities of one process. Each call creates new shared state, such as the limit of requests. */
export function createActivities(deps: ActivityDeps): OperationActivities & BulkActivities {
  const state = createProcessState(deps);
  const attemptFor = ({ ref, pollState }: PollRequest): Attempt => {
    const kind = kindOf(ref);
    return new Attempt(state, ref, kind === undefined ? pollState : { ...pollState, kind: nameOfKind(kind) });
  };
  const run = <T>(attempt: Attempt, work: () => Promise<T>, marginMs = 0) =>
    attempt.withHeartbeats(() => endAtTimeLimit(attempt, marginMs, () => reportFailing(attempt, work)));
  deps.onStats?.(() => activityStats(state));
  return {
    ...createBulkActivities(state),
    getOperation(request) {
      const attempt = attemptFor(request);
      const poll = async () => {
        await attempt.waitUntil(request.notBefore);
        return pollOnce(attempt, request);
      };
      return attempt.context.info.isLocal ? withQuickRetries(attempt, poll) : run(attempt, poll);
    },
    cancelOperation(request) {
      const attempt = attemptFor(request);
      return run(attempt, () => cancelOnce(attempt, request));
    },
    async awaitOperation(request) {
      const attempt = attemptFor(request);
      try {
        const poll = () => pollUntilDone(attempt, request);
        return await state.slots.occupy(() => run(attempt, poll, MIN_ATTEMPT_MS));
      } catch (error) {
        if (attempt.isCancelled) return { cancelled: true, pollState: attempt.pollState };
        throw error;
      }
    },
    describePendingPoll,
    isOwnRun,
    listOperations(request) {
      const { service, apiVersion, parent } = request;
      const attempt = new Attempt(state, { service, apiVersion, name: parent }, { polls: 0, failures: 0 });
      return attempt.withHeartbeats(() => listKinds(attempt, request));
    },
    async reconcileOperations(request) {
      const { service, apiVersion, collection } = assertOwnLoop(request);
      const attempt = new Attempt(state, { service, apiVersion, name: collection }, { polls: 0, failures: 0 });
      return attempt.withHeartbeats(() => reconcileOnce(attempt, request));
    },
  };
}
