import { workflowInfo } from '@temporalio/workflow';

/**
 * Whether another run continued as new with this one, so that the arguments are the workflow's own. A retry
 * and a cron run have predecessors too, but get the arguments of the starter.
 */
export function isContinued(): boolean {
  const { continuedFromExecutionRunId, attempt, cronSchedule } = workflowInfo();
  return continuedFromExecutionRunId !== undefined && attempt === 1 && cronSchedule === undefined;
}
