import { createNexusServiceClient } from '@temporalio/workflow';
import { googleOperationsService, type OperationResult } from 'temporal-lro/contract';

/** Cancels an operation through the worker of another namespace, and waits for its outcome. */
export async function cancelElsewhere(name: string, reason: string): Promise<OperationResult> {
  const google = createNexusServiceClient({ service: googleOperationsService, endpoint: 'google-operations' });
  return google.executeOperation('cancel', { name, reason });
}

/** Watches an operation, and cancels it when this workflow is cancelled. It gets the outcome all the same. */
export async function watchElsewhere(name: string): Promise<OperationResult> {
  const google = createNexusServiceClient({ service: googleOperationsService, endpoint: 'google-operations' });
  const watch = await google.startOperation('watch', { name });
  return watch.result();
}
