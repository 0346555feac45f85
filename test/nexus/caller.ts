import { CancellationScope, condition, createNexusServiceClient, sleep } from '@temporalio/workflow';
import type { AbortInput, CancelOperationInput } from '../../contract/input.js';
import { googleOperationsService, type StatusInput } from '../../contract/nexus.js';
import type { OperationStatus, OperationResult } from '../../contract/result.js';

export function callCancel(endpoint: string, input: CancelOperationInput): Promise<OperationResult> {
  return createNexusServiceClient({ service: googleOperationsService, endpoint }).executeOperation(
    'cancel',
    input,
  );
}

/** Watches, gives up after a while, and still returns what the operation came to. */
export async function callWatch(
  endpoint: string,
  input: CancelOperationInput,
  giveUpAfter: number,
): Promise<OperationResult> {
  const client = createNexusServiceClient({ service: googleOperationsService, endpoint });
  const scope = new CancellationScope({ cancellable: true });
  let isStarted = false;
  const result = scope.run(async () => {
    const operation = await client.startOperation('watch', input);
    isStarted = true;
    return operation.result();
  });
  if (giveUpAfter > 0) {
    await condition(() => isStarted);
    await sleep(giveUpAfter);
    scope.cancel();
  }
  return result;
}

export function callAbort(endpoint: string, target: StatusInput & AbortInput): Promise<OperationStatus> {
  return createNexusServiceClient({ service: googleOperationsService, endpoint }).executeOperation(
    'abort',
    target,
  );
}

export function callStatus(endpoint: string, target: StatusInput): Promise<OperationStatus> {
  return createNexusServiceClient({ service: googleOperationsService, endpoint }).executeOperation(
    'status',
    target,
  );
}
