import {
  ActivityFailure,
  type ActivityFunctionWithOptions,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import {
  type CancelAnswer,
  isPollState,
  type OperationActivities,
  type PollRequest,
  type PollState,
  type ReconcileRequest,
  type TimedOut,
} from '../contract/activities.js';
import { lastSegment } from '../contract/names.js';
import { beforeOthers, type Priority } from './priority.js';
import { runUntilOwnEnd } from './run-again.js';
import { decoded } from './undecodable.js';

const activities = proxyActivities<OperationActivities>({
  // A request to Google takes 10 s at most, and an attempt of awaitOperation a minute.
  startToCloseTimeout: '2m',
  // A killed worker is noticed after 7 s without a heartbeat.
  heartbeatTimeout: '7s',
  // For attempts that died with their worker. Every failure of an attempt sets its own nextRetryDelay.
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

const localActivities = proxyLocalActivities<OperationActivities>({
  // Three quick polls. Beyond 8 s the SDK would have to extend the workflow task.
  startToCloseTimeout: '7s',
  retry: { maximumAttempts: 1 },
});

/** The id of the activity that polls until Google answers. */
export const POLL_ID = 'poll';
/** Operators use this id: `temporal activity reset --activity-id await` makes the activity poll at once. */
const AWAIT_ID = 'await';

/** Temporal's record of a pending `awaitOperation`. */
export interface PendingPoll {
  pollState: PollState | undefined;
  /** Its next attempt is seconds away. */
  inBackoff: boolean;
  /** An operator has paused it. */
  isPaused: boolean;
}

const NOTHING_PENDING: PendingPoll = { pollState: undefined, inBackoff: false, isPaused: false };

/** The calls within the workflow task. Each costs five events and two dispatches less than an activity. */
export const local = {
  /** @throws ApplicationFailure where no later poll would help */
  async getOperation(request: PollRequest): Promise<PollResponse> {
    try {
      const summary = `Poll ${lastSegment(request.ref.name)}`;
      return decoded(await localActivities.getOperation.executeWithOptions({ summary }, [request]));
    } catch (error) {
      // A local activity rejects with its own failure. A time-out of it carries no poll state.
      if (error instanceof ApplicationFailure && error.nonRetryable) throw error;
      return { noAnswer: true, pollState: request.pollState };
    }
  },

  /** Asks Temporal for the last heartbeat or failure of the pending poll, by default `awaitOperation`. It never fails. */
  async describePendingPoll(activityId: string = AWAIT_ID): Promise<PendingPoll> {
    try {
      const summary = 'Describe the pending poll';
      const described = await localActivities.describePendingPoll.executeWithOptions({ summary }, [activityId]);
      if (described == null) return NOTHING_PENDING;
      const { inBackoff = false, isPaused = false, ...pollState } = described;
      return { inBackoff, isPaused, pollState: isPollState(pollState) ? pollState : undefined };
    } catch {
      return NOTHING_PENDING;
    }
  },
};

/** Whether an activity of ours may have returned this. */
function isResponse(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('pollState' in result) || !isPollState(result.pollState))
    return false;
  if ('operation' in result) return typeof result.operation === 'object' && result.operation !== null;
  return ['lost', 'status', 'cancelled', 'noAnswer', 'timedOut'].some((key) => key in result);
}

/**
 * An activity of an operation, which is retried until Google answers.
 *
 * The function takes its request and the time to give up, in ms since 1970; `undefined` is never. It throws an
 * ApplicationFailure with a failure type of the contract.
 */
function retried<Request extends PollRequest, Result>(
  activityId: string,
  verb: string,
  activity: ActivityFunctionWithOptions<(request: Request) => Promise<Result>>,
  priorityNow?: () => Priority,
) {
  return async (request: Request, deadline: number | undefined): Promise<Result | TimedOut> => {
    const summary = `${verb} ${lastSegment(request.ref.name)}`;
    const run = (last: ActivityFailure | undefined) => {
      const timeLimit = deadline === undefined ? {} : { scheduleToCloseTimeout: Math.max(1, deadline - Date.now()) };
      const pollState = (last && lastPollState(last)) ?? request.pollState;
      const options = { activityId, summary, ...timeLimit, ...(priorityNow && { priority: priorityNow() }) };
      return activity.executeWithOptions(options, [{ ...request, pollState }]);
    };
    try {
      return await runUntilOwnEnd(run, isResponse);
    } catch (error) {
      return timedOutBy(error);
    }
  };
}

/** The end of an activity whose time is up. It takes no turn of the microtask queue. @throws ApplicationFailure for any other */
function timedOutBy(error: unknown): TimedOut {
  if (!(error instanceof ActivityFailure)) throw error;
  if (isTimeout(error) || isCancelledAttempt(error)) return { timedOut: true, pollState: lastPollState(error) };
  throw error.cause instanceof ApplicationFailure ? error.cause : error;
}

/** Polls. */
export const getOperation = retried(POLL_ID, 'Poll', activities.getOperation);
/** Sends the cancel until it is answered or the operation is seen to be over. */
export const cancelOperation = retried('cancel', 'Cancel', activities.cancelOperation, beforeOthers);
/** Polls until the operation is final. */
export const awaitOperation = retried(AWAIT_ID, 'Await the end of', activities.awaitOperation);

/** After a day the loop continues as new. */
const LOOP_TIMEOUT_MS = 24 * 3_600_000;

/**
 * Runs the rounds of a reconcile loop.
 *
 * @returns nothing if few are followed now
 * @throws ApplicationFailure where there is no usable list
 */
export async function reconcile(request: ReconcileRequest): Promise<TimedOut | void> {
  const options = {
    summary: 'Watch a collection',
    scheduleToCloseTimeout: LOOP_TIMEOUT_MS,
    // A round may signal thousands.
    startToCloseTimeout: '10m',
  } as const;
  const run = () => activities.reconcileOperations.executeWithOptions(options, [request]);
  try {
    return await runUntilOwnEnd(run, (result) => result == null);
  } catch (error) {
    // A round that an operator's cancellation ends fails as every round does.
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The loop was cancelled');
    return timedOutBy(error);
  }
}

/** The result of each activity of an operation. */
export type PollResponse = Awaited<ReturnType<typeof getOperation>>;
export type CancelResponse = Awaited<ReturnType<typeof cancelOperation>>;
export type AwaitResponse = Awaited<ReturnType<typeof awaitOperation>>;

/** The acceptance of a cancel whose activity timed out after it, while it polled. */
export function acceptedBeforeTimeout(timedOut: TimedOut): CancelAnswer | TimedOut {
  if (timedOut.pollState?.acceptedAt === undefined) return timedOut;
  const { acceptedAt, ...pollState } = timedOut.pollState;
  return { status: 'ACCEPTED', at: acceptedAt, pollState };
}

// There are three cases: the next retry would have come after the time limit, an attempt was running at the
// time limit, or no worker had started one by then. Any other time-out is retried.
function isTimeout({ retryState, cause }: ActivityFailure): boolean {
  return retryState === 'TIMEOUT' || cause instanceof TimeoutFailure;
}

// It was cancelled during an attempt that then failed with a retryable failure. An attempt that died with its
// worker timed out.
function isCancelledAttempt({ retryState, cause }: ActivityFailure): boolean {
  return retryState === 'CANCEL_REQUESTED' && cause instanceof ApplicationFailure && !cause.nonRetryable;
}

function lastPollState({ cause }: ActivityFailure): PollState | undefined {
  const details: unknown =
    cause instanceof ApplicationFailure
      ? cause.details?.[0]
      : cause instanceof TimeoutFailure
        ? cause.lastHeartbeatDetails
        : undefined;
  return isPollState(details) ? details : undefined;
}
