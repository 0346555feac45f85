import { makeContinueAsNewFunc } from '@temporalio/workflow';

/** A workflow of somebody else that continues as new as `watchOperation` on a task queue of ours. */
export async function continuesAsOurs(taskQueue: string, ...args: unknown[]): Promise<unknown> {
  return makeContinueAsNewFunc<(...given: unknown[]) => Promise<unknown>>({
    workflowType: 'watchOperation',
    taskQueue,
  })(...args);
}

/** The same under the name of one of ours. */
export const watchOperation = continuesAsOurs;
