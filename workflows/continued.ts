import { CancellationScope, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { OperationActivities } from '../contract/activities.js';

// It is retried for as long as Temporal does not answer: without it the progress would be lost.
const { isOwnRun } = proxyLocalActivities<OperationActivities>({ startToCloseTimeout: '7s' });

/**
 * Whether a run of the same workflow on the same task queue continued as new with this one, so that the arguments are
 * the workflow's own. Any workflow can continue as new as another type with arguments that it makes up. A retry and a
 * cron run have predecessors too, but get the arguments of the starter.
 */
export async function isContinued(): Promise<boolean> {
  const { continuedFromExecutionRunId: runId, attempt, cronSchedule } = workflowInfo();
  if (runId === undefined || attempt !== 1 || cronSchedule !== undefined) return false;
  const summary = 'Check the run that this one continues';
  return CancellationScope.nonCancellable(() => isOwnRun.executeWithOptions({ summary }, [runId]));
}
