import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Predecessor } from '../contract/activities.js';

/** The type and task queue of another run of the calling workflow; `undefined` if Temporal does not know it. */
export async function describePredecessor(runId: string): Promise<Predecessor | undefined> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return undefined;
  try {
    const { type, taskQueue } = await client.workflow.getHandle(info.workflowExecution.workflowId, runId).describe();
    return { type, taskQueue };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
