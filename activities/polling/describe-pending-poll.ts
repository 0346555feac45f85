import { Context } from '@temporalio/activity';
import { describeWorkflow } from '../../client/describe.js';
import { msOf, pollStateOf } from '../../client/pending-activity.js';
import type { PendingPollState } from '../../contract/activities.js';

/** A gap between two attempts up to this long does not count as a backoff. */
const MAX_ATTEMPT_GAP_MS = 2_000;

/** The last heartbeat of a pending activity of the calling workflow, and whether it is in its backoff or paused. */
export async function describePendingPoll(activityId: string): Promise<PendingPollState | undefined> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return undefined;
  const { workflowId, runId } = info.workflowExecution;
  const { raw } = await describeWorkflow(client, workflowId, runId);
  const pending = raw.pendingActivities?.find((activity) => activity.activityId === activityId);
  if (pending === undefined) return undefined;
  const pollState = await pollStateOf(pending, client.options.loadedDataConverter);
  const { lastAttemptCompleteTime: endedAt, nextAttemptScheduleTime: beginsAt, pauseInfo } = pending;
  // An operator's pause is kept.
  if (pauseInfo != null) return { ...pollState, isPaused: true };
  // Both times are the server's: its clock may differ from this worker's.
  const gapMs = endedAt != null && beginsAt != null ? msOf(beginsAt) - msOf(endedAt) : 0;
  return gapMs > MAX_ATTEMPT_GAP_MS ? { ...pollState, inBackoff: true } : pollState;
}
