import { executeChild } from '@temporalio/workflow';
import { DEFAULT_SERVICE, DEFAULT_TASK_QUEUE, type Outcome, workflowIdOf } from 'temporal-lro/contract';
import type { watchOperation } from 'temporal-lro/workflows';

/** Gives a training job two hours, and cancels it when it takes longer. */
export async function trainModel(operation: string, limit = '2h'): Promise<Outcome> {
  const { outcome } = await executeChild<typeof watchOperation>('watchOperation', {
    // Where the plugin's worker runs it.
    taskQueue: DEFAULT_TASK_QUEUE,
    workflowId: workflowIdOf(DEFAULT_SERVICE, operation),
    args: [{ name: operation, abortAfter: limit, reason: `took longer than ${limit}` }],
  });
  return outcome;
}
