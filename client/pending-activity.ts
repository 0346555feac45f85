import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { LoadedDataConverter, Payload } from '@temporalio/common';
import { isPollState, type PollState } from '../contract/activities.js';
import { decodePayload } from './describe.js';
import { withoutUndefined } from '../contract/without-undefined.js';

/** The state of the pending activity. Times are RFC 3339 in UTC. */
export interface PendingActivity {
  /** `getOperation`, `cancelOperation` or `awaitOperation`. */
  activity: string;
  attempt: number;
  /** Its polls over HTTP. */
  polls: number;
  /** The time when it last saw the operation. */
  seenAt?: string;
  /** The start of the next attempt; absent while one is under way. */
  nextAttemptAt?: string;
  /** The reason of the last failed attempt: `TIMEOUT` if its worker was lost. */
  lastError?: { type: string; message: string };
}

type Described = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];
type Timestamp = NonNullable<Described['scheduledTime']>;

/**
 * The pending activity. There is at most one, except for a cancel during `awaitOperation`.
 *
 * @param dataConverter `client.options.loadedDataConverter` of the client that described the workflow
 */
export async function pendingActivity(
  { raw }: WorkflowExecutionDescription,
  dataConverter: LoadedDataConverter,
): Promise<PendingActivity | undefined> {
  const pending = raw.pendingActivities?.find(({ activityId }) => activityId === 'await') ?? raw.pendingActivities?.[0];
  if (pending?.activityType?.name == null) return undefined;
  const pollState = await pollStateOf(pending, dataConverter);
  const { lastFailure, nextAttemptScheduleTime } = pending;
  const type = lastFailure?.applicationFailureInfo?.type ?? 'TIMEOUT';
  return withoutUndefined({
    activity: pending.activityType.name,
    attempt: pending.attempt ?? 1,
    polls: pollState?.polls ?? 0,
    seenAt: pollState?.seenAt === undefined ? undefined : new Date(pollState.seenAt).toISOString(),
    nextAttemptAt: nextAttemptScheduleTime ? new Date(msOf(nextAttemptScheduleTime)).toISOString() : undefined,
    lastError: lastFailure ? { type, message: lastFailure.message ?? '' } : undefined,
  });
}

/**
 * The state in an activity's last heartbeat; `undefined` if there is none, or if this data converter cannot
 * decode it.
 */
export async function pollStateOf(
  { heartbeatDetails }: Described,
  dataConverter: LoadedDataConverter,
): Promise<PollState | undefined> {
  const pollState = await decodedPayload(heartbeatDetails?.payloads?.[0], dataConverter);
  return isPollState(pollState) ? pollState : undefined;
}

/** The value of a payload; `undefined` if there is none, or if this data converter cannot decode it. */
export async function decodedPayload(
  payload: Payload | undefined,
  dataConverter: LoadedDataConverter,
): Promise<unknown> {
  if (payload === undefined) return undefined;
  try {
    return dataConverter.payloadConverter.fromPayload(await decodePayload(payload, dataConverter));
  } catch {
    return undefined;
  }
}

/** A protobuf time in ms since 1970. */
export function msOf({ seconds, nanos }: Timestamp): number {
  return Number(seconds ?? 0) * 1_000 + Math.floor((nanos ?? 0) / 1e6);
}
