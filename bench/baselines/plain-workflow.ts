import { proxyActivities, sleep } from '@temporalio/workflow';
import type { PlainActivities, PlainInput, PlainOperation } from './plain-activities.js';

const { cancelOperation, getOperation } = proxyActivities<PlainActivities>({ startToCloseTimeout: '10s' });

/**
 * The workflow that people write: cancel, then sleep and look until it is done. A fixed second is what most begin with, and
 * also the shortest sleep that Temporal keeps; those who have seen its history let it grow.
 */
export async function plainCancel({ name, growth, longestMs }: PlainInput): Promise<PlainOperation> {
  await cancelOperation(name);
  for (let pause = 1_000; ; pause = Math.min(longestMs, pause * growth)) {
    await sleep(pause);
    const operation = await getOperation(name);
    if (operation.done === true) return operation;
  }
}
