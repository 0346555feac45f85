import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { ReconcileRequest } from '../contract/activities.js';
import { reconcileIdOf } from '../contract/workflow-id.js';
import { reconcile } from './activities.js';
import { failure } from './failures.js';

/**
 * Watches a collection for all workflows that follow an operation of it: one list of what runs, in place of everybody's
 * own polls. It is started by the activities of those, and ends when few are left.
 *
 * @throws ApplicationFailure `INVALID_ARGUMENT` under another id than that of the collection, because there must be one
 * loop only; `FAILED_PRECONDITION` where the service has no usable list
 */
export async function reconcileOperations(request: ReconcileRequest): Promise<void> {
  const { workflowId, taskQueue } = workflowInfo();
  const { service, collection } = Object(request) as Partial<ReconcileRequest>;
  if (workflowId !== reconcileIdOf(taskQueue, String(service), String(collection)))
    throw failure('INVALID_ARGUMENT', 'The id of this workflow is not that of its service and collection.');
  const timedOut = await reconcile(request);
  if (timedOut) await continueAsNew<typeof reconcileOperations>(request);
}
