import { Context } from '@temporalio/activity';
import { trailOf } from '../client/pending.js';
import type { Trail } from '../contract/activities.js';

/** What a pending activity of the workflow that asks remembered last, as its heartbeats told Temporal. */
export async function recall(activityId: string): Promise<Trail | undefined> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return undefined;
  const { workflowId, runId } = info.workflowExecution;
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const pending = raw.pendingActivities?.find((activity) => activity.activityId === activityId);
  return pending && trailOf(pending);
}
