import { executeChild } from '@temporalio/workflow';
import { DEFAULT_SERVICE, type Outcome, workflowIdOf } from 'temporal-lro/contract';
import { watchOperation } from 'temporal-lro/workflows';

// The worker runs every workflow that this file exports: those of temporal-lro, and yours.
export * from 'temporal-lro/workflows';

/** Gives a training job two hours, and cancels it when it takes longer. */
export async function trainModel(operation: string, limit = '2h'): Promise<Outcome> {
  const { outcome } = await executeChild(watchOperation, {
    workflowId: workflowIdOf(DEFAULT_SERVICE, operation),
    args: [{ name: operation, abortAfter: limit, reason: `took longer than ${limit}` }],
  });
  return outcome;
}
