import { Context } from '@temporalio/activity';
import { msOf, pollStateOf } from '../../client/pending.js';
import type { PendingPollState } from '../../contract/activities.js';

/** An attempt that begins so soon after the one before, in ms, is as good as one under way. */
const SOON = 2_000;

/** What a pending activity of the workflow that asks remembered last, as its heartbeats told Temporal, and whether it rests. */
export async function describePendingPoll(activityId: string): Promise<PendingPollState | undefined> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return undefined;
  const { workflowId, runId } = info.workflowExecution;
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const pending = raw.pendingActivities?.find((activity) => activity.activityId === activityId);
  if (pending === undefined) return undefined;
  const pollState = await pollStateOf(pending, client.options.loadedDataConverter);
  const { lastAttemptCompleteTime: ended, nextAttemptScheduleTime: begins } = pending;
  // Two times of the server's: its clock may not be this worker's.
  const rests = ended != null && begins != null && msOf(begins) - msOf(ended) > SOON;
  return rests ? { ...pollState, inBackoff: true } : pollState;
}
