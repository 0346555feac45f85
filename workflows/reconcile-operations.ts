import { continueAsNew } from '@temporalio/workflow';
import type { ReconcileRequest } from '../contract/activities.js';
import { reconcile } from './activities.js';

/**
 * Watches a collection for all workflows that follow an operation of it: one list of what runs, in place of everybody's
 * own polls. It is started by the activities of those, and ends when few are left.
 *
 * @throws ApplicationFailure `INVALID_ARGUMENT` under another id than that of the collection, because there must be one
 * loop only; `FAILED_PRECONDITION` where the service has no usable list
 */
export async function reconcileOperations(request: ReconcileRequest): Promise<void> {
  const timedOut = await reconcile(request);
  if (timedOut) await continueAsNew<typeof reconcileOperations>(request);
}
