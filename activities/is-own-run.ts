import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { describeWorkflow } from '../client/describe.js';

/**
 * Whether another run of the calling workflow is of the same type and on the same task queue as the calling one. It is
 * compared here because a replay has a task queue of its own.
 */
export async function isOwnRun(runId: string): Promise<boolean> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return false;
  try {
    const { type, taskQueue } = await describeWorkflow(client, info.workflowExecution.workflowId, runId);
    return type === info.workflowType && taskQueue === info.taskQueue;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
