import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type {
  AwaitRequest,
  CancelAnswer,
  CancelRequest,
  NoAnswer,
  OperationActivities,
  OperationLost,
  PollCancelled,
  PollRequest,
  PollResult,
  PollState,
} from '../contract/activities.js';
import { lastSegment } from '../contract/names.js';

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

/** Operators use this id: `temporal activity reset --activity-id await` makes the activity poll at once. */
const AWAIT_ID = 'await';

/**
 * The activity's time limit passed, or it was cancelled during an attempt that then failed. `pollState` is
 * that of the last attempt, if it is known.
 */
export interface TimedOut {
  timedOut: true;
  pollState: PollState | undefined;
}

/** The result of each activity of an operation. */
export type PollResponse = PollResult | OperationLost | NoAnswer | TimedOut;
export type CancelResponse = CancelAnswer | PollResult | OperationLost | TimedOut;
export type AwaitResponse = PollResult | OperationLost | PollCancelled | TimedOut;

/** Temporal's record of a pending `awaitOperation`. */
export interface PendingPoll {
  pollState: PollState | undefined;
  /** Its next attempt is seconds away. */
  inBackoff: boolean;
}

const NOTHING_PENDING: PendingPoll = { pollState: undefined, inBackoff: false };

/** The calls within the workflow task. Each costs five events and two dispatches less than an activity. */
export const local = {
  /** @throws ApplicationFailure where no later poll would help */
  async getOperation(request: PollRequest): Promise<PollResult | OperationLost | NoAnswer> {
    try {
      const summary = `Poll ${lastSegment(request.ref.name)}`;
      return await localActivities.getOperation.executeWithOptions({ summary }, [request]);
    } catch (error) {
      // A local activity rejects with its own failure. A time-out of it carries no poll state.
      if (error instanceof ApplicationFailure && error.nonRetryable) throw error;
      return { noAnswer: true, pollState: request.pollState };
    }
  },

  /** Asks Temporal for the last heartbeat or failure of the pending `awaitOperation`. It never fails. */
  async describePendingPoll(): Promise<PendingPoll> {
    try {
      const summary = 'Describe the pending poll';
      const described = await localActivities.describePendingPoll.executeWithOptions({ summary }, [AWAIT_ID]);
      if (described == null) return NOTHING_PENDING;
      const { inBackoff = false, ...pollState } = described;
      return { inBackoff, pollState: asPollState(pollState) };
    } catch {
      return NOTHING_PENDING;
    }
  },
};

/**
 * Polls as an activity, which is retried until Google answers.
 *
 * @param deadline the time to give up, in ms since 1970; `undefined` is never
 * @throws ApplicationFailure with a failure type of the contract
 */
export function getOperation(request: PollRequest, deadline: number | undefined): Promise<PollResponse> {
  return orTimedOut(
    activities.getOperation.executeWithOptions(optionsOf('poll', 'Poll', request, deadline), [request]),
  );
}

/**
 * Sends the cancel until it is answered or the operation is seen to be over. Deadline and errors as for
 * {@link getOperation}.
 */
export function cancelOperation(request: CancelRequest, deadline: number | undefined): Promise<CancelResponse> {
  const options = optionsOf('cancel', 'Cancel', request, deadline);
  return orTimedOut(activities.cancelOperation.executeWithOptions(options, [request]));
}

/** The acceptance of a cancel whose activity timed out after it, while it polled. */
export function acceptedBeforeTimeout(timedOut: TimedOut): CancelAnswer | TimedOut {
  if (timedOut.pollState?.acceptedAt === undefined) return timedOut;
  const { acceptedAt, ...pollState } = timedOut.pollState;
  return { status: 'ACCEPTED', at: acceptedAt, pollState };
}

/** Polls until the operation is final. Deadline and errors as for {@link getOperation}. */
export function awaitOperation(request: AwaitRequest, deadline: number): Promise<AwaitResponse> {
  const options = optionsOf(AWAIT_ID, 'Await the end of', request, deadline);
  return orTimedOut(activities.awaitOperation.executeWithOptions(options, [request]));
}

function optionsOf(activityId: string, verb: string, { ref }: PollRequest, deadline: number | undefined) {
  const timeLimit = deadline === undefined ? {} : { scheduleToCloseTimeout: Math.max(1, deadline - Date.now()) };
  return { activityId, summary: `${verb} ${lastSegment(ref.name)}`, ...timeLimit };
}

async function orTimedOut<T>(activity: Promise<T>): Promise<T | TimedOut> {
  try {
    return await activity;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    if (isTimeout(error) || isCancelledAttempt(error)) return { timedOut: true, pollState: lastPollState(error) };
    throw error.cause instanceof ApplicationFailure ? error.cause : error;
  }
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
  if (cause instanceof ApplicationFailure) return asPollState(cause.details?.[0]);
  if (cause instanceof TimeoutFailure) return asPollState(cause.lastHeartbeatDetails);
  return undefined;
}

function asPollState(details: unknown): PollState | undefined {
  return typeof details === 'object' && details !== null && 'polls' in details ? (details as PollState) : undefined;
}
