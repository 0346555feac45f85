import { Context } from '@temporalio/activity';
import { msOf, trailOf } from '../client/pending.js';
import type { Recollection } from '../contract/activities.js';

/** An attempt that begins within this, in ms, is as good as one under way. */
const SOON = 2_000;

/** What a pending activity of the workflow that asks remembered last, as its heartbeats told Temporal, and whether it rests. */
export async function recall(activityId: string): Promise<Recollection | undefined> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return undefined;
  const { workflowId, runId } = info.workflowExecution;
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const pending = raw.pendingActivities?.find((activity) => activity.activityId === activityId);
  const trail = pending && trailOf(pending);
  const nextAttempt = pending?.nextAttemptScheduleTime;
  if (nextAttempt == null || msOf(nextAttempt) < Date.now() + SOON) return trail;
  return { polls: 0, failures: 0, ...trail, rests: true };
}
