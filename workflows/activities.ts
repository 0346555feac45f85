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
  PollCancelled,
  PollRequest,
  OperationLost,
  OperationActivities,
  PollResult,
  PollState,
  NoAnswer,
} from '../contract/activities.js';
import { lastSegment } from '../contract/names.js';

const activities = proxyActivities<OperationActivities>({
  // A request of Google's takes 10 s at most, a held attempt a minute; a killed worker is missed after 7 s without a heartbeat.
  startToCloseTimeout: '2m',
  heartbeatTimeout: '7s',
  // The pace is each failure's nextRetryDelay; this one is for attempts that died with their worker.
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

const localActivities = proxyLocalActivities<OperationActivities>({
  // Three short tries; over 8 s the workflow task would have to be kept alive.
  startToCloseTimeout: '7s',
  retry: { maximumAttempts: 1 },
});

/** Operators know it by this id: `temporal activity reset --activity-id await` looks at once. */
const AWAIT_ID = 'await';

/** The time was up, or it was stopped: with what the last attempt remembered, as far as that is known. */
export interface TimedOut {
  timedOut: true;
  pollState: PollState | undefined;
}

/**
 * Looks for a moment, within the workflow task: a local activity costs five events and two dispatches less than an activity.
 *
 * @throws ApplicationFailure where no later look would help
 */
export async function getOperationLocal(
  request: PollRequest,
): Promise<PollResult | OperationLost | NoAnswer> {
  try {
    const summary = `Look at ${lastSegment(request.ref.name)}`;
    return await localActivities.getOperation.executeWithOptions({ summary }, [request]);
  } catch (error) {
    // A local activity rejects with its own failure; one that timed out has nothing to tell.
    if (error instanceof ApplicationFailure && error.nonRetryable) throw error;
    return { noAnswer: true, pollState: request.pollState };
  }
}

/**
 * Looks as an activity that is retried until it is answered.
 *
 * @param deadline when to give up, in ms since 1970; `undefined` is never
 * @throws ApplicationFailure with a failure type of the contract
 */
export function getOperation(
  request: PollRequest,
  deadline: number | undefined,
): Promise<PollResult | OperationLost | NoAnswer | TimedOut> {
  const summary = `Look at ${lastSegment(request.ref.name)}`;
  return orTimedOut(
    activities.getOperation.executeWithOptions({ activityId: 'poll', summary, ...until(deadline) }, [
      request,
    ]),
  );
}

/** Sends the cancel until it is answered, or the operation is seen to be over. Deadline and errors as for {@link getOperation}. */
export function cancelOperation(
  request: CancelRequest,
  deadline: number | undefined,
): Promise<CancelAnswer | PollResult | OperationLost | TimedOut> {
  const summary = `Cancel ${lastSegment(request.ref.name)}`;
  return orTimedOut(
    activities.cancelOperation.executeWithOptions({ activityId: 'cancel', summary, ...until(deadline) }, [
      request,
    ]),
  );
}

/** The time of a cancel was up, maybe while the activity looked on: what Google had answered by then counts. */
export function acceptedInTime(timeUp: TimedOut): CancelAnswer | TimedOut {
  if (timeUp.pollState?.acceptedAt === undefined) return timeUp;
  const { acceptedAt: at, ...pollState } = timeUp.pollState;
  return { status: 'ACCEPTED', at, pollState: pollState };
}

/** Looks until the operation is final. Deadline and errors as for {@link getOperation}. */
export function awaitOperation(
  request: AwaitRequest,
  deadline: number,
): Promise<PollResult | OperationLost | PollCancelled | TimedOut> {
  const summary = `Await the end of ${lastSegment(request.ref.name)}`;
  return orTimedOut(
    activities.awaitOperation.executeWithOptions({ activityId: AWAIT_ID, summary, ...until(deadline) }, [
      request,
    ]),
  );
}

/** What the `awaitOperation` under way remembered last, as far as anybody knows, and whether its next attempt is seconds away. */
export async function describePendingPoll(): Promise<{ pollState?: PollState; rests: boolean }> {
  try {
    const summary = 'Recall the looks so far';
    const recalled = await localActivities.describePendingPoll.executeWithOptions({ summary }, [AWAIT_ID]);
    if (recalled == null) return { rests: false };
    const { inBackoff: rests = false, ...rest } = recalled;
    return { rests, ...('polls' in rest && { pollState: rest }) };
  } catch {
    return { rests: false };
  }
}

function until(deadline: number | undefined): { scheduleToCloseTimeout?: number } {
  return deadline === undefined ? {} : { scheduleToCloseTimeout: Math.max(1, deadline - Date.now()) };
}

async function orTimedOut<T>(activity: Promise<T>): Promise<T | TimedOut> {
  try {
    return await activity;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    if (isTimeUp(error) || isStopped(error)) return { timedOut: true, pollState: pollStateOf(error) };
    throw error.cause instanceof ApplicationFailure ? error.cause : error;
  }
}

// The server says so in more than one way: no retry would come in time, an attempt was under way when the time was up, or no
// worker had taken it by then. Any other time-out is followed by another attempt.
function isTimeUp({ retryState, cause }: ActivityFailure): boolean {
  return retryState === 'TIMEOUT' || cause instanceof TimeoutFailure;
}

// Stopped while an attempt was under way that then failed: no other follows it, and nothing is decided by it. Where the attempt
// died with its worker it timed out.
function isStopped({ retryState, cause }: ActivityFailure): boolean {
  return retryState === 'CANCEL_REQUESTED' && cause instanceof ApplicationFailure && !cause.nonRetryable;
}

function pollStateOf(error: unknown): PollState | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (cause instanceof ApplicationFailure) return asPollState(cause.details?.[0]);
  if (cause instanceof TimeoutFailure) return asPollState(cause.lastHeartbeatDetails);
  return undefined;
}

function asPollState(details: unknown): PollState | undefined {
  return typeof details === 'object' && details !== null && 'polls' in details
    ? (details as PollState)
    : undefined;
}
