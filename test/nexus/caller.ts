import { CancellationScope, createNexusServiceClient, sleep } from '@temporalio/workflow';
import type { AbortInput, CancelOperationInput } from '../../contract/input.js';
import { googleOperations, type NexusTarget } from '../../contract/nexus.js';
import type { FollowStatus, OperationResult } from '../../contract/result.js';

export function callCancel(endpoint: string, input: CancelOperationInput): Promise<OperationResult> {
  return createNexusServiceClient({ service: googleOperations, endpoint }).executeOperation('cancel', input);
}

/** Watches, gives up after a while, and still returns what the operation came to. */
export async function callWatch(
  endpoint: string,
  input: CancelOperationInput,
  giveUpAfter: number,
): Promise<OperationResult> {
  const client = createNexusServiceClient({ service: googleOperations, endpoint });
  const scope = new CancellationScope({ cancellable: true });
  const result = scope.run(() => client.executeOperation('watch', input));
  if (giveUpAfter > 0) {
    await sleep(giveUpAfter);
    scope.cancel();
  }
  return result;
}

export function callAbort(endpoint: string, target: NexusTarget & AbortInput): Promise<FollowStatus> {
  return createNexusServiceClient({ service: googleOperations, endpoint }).executeOperation('abort', target);
}

export function callStatus(endpoint: string, target: NexusTarget): Promise<FollowStatus> {
  return createNexusServiceClient({ service: googleOperations, endpoint }).executeOperation('status', target);
}
