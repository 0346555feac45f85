import { CancellationScope, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { OperationActivities } from '../contract/activities.js';
import { failure } from './failures.js';

// It is retried for as long as Temporal does not answer.
const { isOwnRun } = proxyLocalActivities<OperationActivities>({ startToCloseTimeout: '7s' });

/**
 * Whether another run continued as new with this one, so that the arguments are a workflow's and not the starter's. A
 * retry and a cron run have predecessors too, but get the arguments of the starter.
 */
export function isContinued(): boolean {
  const { continuedFromExecutionRunId, attempt, cronSchedule } = workflowInfo();
  return continuedFromExecutionRunId !== undefined && attempt === 1 && cronSchedule === undefined;
}

/**
 * Any workflow can continue as new as another type, with progress that it makes up.
 *
 * @throws ApplicationFailure `INVALID_ARGUMENT` unless a run of the same type and task queue continued as new with this
 */
export async function assertOwnPredecessor(): Promise<void> {
  const runId = workflowInfo().continuedFromExecutionRunId ?? '';
  const summary = 'Check the run that this one continues';
  const isOwn = await CancellationScope.nonCancellable(() => isOwnRun.executeWithOptions({ summary }, [runId]));
  if (!isOwn)
    throw failure('INVALID_ARGUMENT', `The progress was carried over by ${runId}, which is no run of this workflow.`);
}
