import { proxyActivities, sleep } from '@temporalio/workflow';
import type { PlainActivities, PlainInput, PlainOperation } from './plain-activities.js';

const { cancelOperation, getOperation } = proxyActivities<PlainActivities>({ startToCloseTimeout: '10s' });

/**
 * The usual workflow: cancel, then sleep and poll until the operation is done. Most begin with sleeps of one
 * second, which is also the shortest timer of Temporal; growing sleeps keep the history shorter.
 */
export async function plainCancel({ name, growth, maxMs }: PlainInput): Promise<PlainOperation> {
  await cancelOperation(name);
  for (let intervalMs = 1_000; ; intervalMs = Math.min(maxMs, intervalMs * growth)) {
    await sleep(intervalMs);
    const operation = await getOperation(name);
    if (operation.done === true) return operation;
  }
}
