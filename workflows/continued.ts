import { workflowInfo } from '@temporalio/workflow';

/**
 * Whether this run goes on where another continued as new, and may trust what it was given: a retry and a cron run have
 * predecessors too, but get the starter's own arguments.
 */
export function isContinued(): boolean {
  const { continuedFromExecutionRunId, attempt, cronSchedule } = workflowInfo();
  return continuedFromExecutionRunId !== undefined && attempt === 1 && cronSchedule === undefined;
}
