import { makeContinueAsNewFunc } from '@temporalio/workflow';

type Foreign = (taskQueue: string, ...args: unknown[]) => Promise<unknown>;

function continuesAs(workflowType: string): Foreign {
  return async (taskQueue, ...args) =>
    makeContinueAsNewFunc<(...given: unknown[]) => Promise<unknown>>({ workflowType, taskQueue })(...args);
}

/** A workflow of somebody else that continues as new as `watchOperation` on a task queue of ours. */
export const continuesAsOurs = continuesAs('watchOperation');

/** The same under the name of one of ours. */
export const watchOperation = continuesAsOurs;

/** A workflow of somebody else that continues as new as `cancelOperations`. */
export const continuesAsOurBulk = continuesAs('cancelOperations');
