import { CancellationScope, condition, createNexusServiceClient, sleep } from '@temporalio/workflow';
import type { AbortInput, CancelOperationInput } from '../../contract/input.js';
import { googleOperationsService, type StatusInput } from '../../contract/nexus.js';
import type { OperationStatus, OperationResult } from '../../contract/result.js';

export function callCancel(endpoint: string, input: CancelOperationInput): Promise<OperationResult> {
  return createNexusServiceClient({ service: googleOperationsService, endpoint }).executeOperation('cancel', input);
}

/** Watches, cancels that after a while unless it is 0, and returns the result all the same. */
export async function callWatch(
  endpoint: string,
  input: CancelOperationInput,
  cancelAfterMs: number,
): Promise<OperationResult> {
  const client = createNexusServiceClient({ service: googleOperationsService, endpoint });
  const scope = new CancellationScope({ cancellable: true });
  let isStarted = false;
  const result = scope.run(async () => {
    const operation = await client.startOperation('watch', input);
    isStarted = true;
    return operation.result();
  });
  if (cancelAfterMs > 0) {
    await condition(() => isStarted);
    await sleep(cancelAfterMs);
    scope.cancel();
  }
  return result;
}

export function callAbort(endpoint: string, input: StatusInput & AbortInput): Promise<OperationStatus> {
  return createNexusServiceClient({ service: googleOperationsService, endpoint }).executeOperation('abort', input);
}

export function callStatus(endpoint: string, input: StatusInput): Promise<OperationStatus> {
  return createNexusServiceClient({ service: googleOperationsService, endpoint }).executeOperation('status', input);
}
