import type { Attempt } from './attempt.js';
import { noSlot } from './failures.js';
import { type Caller, quotaScope } from '../google/limiter.js';
import type { RequestMethod } from './metrics.js';

/**
 * A workflow waits for the polls of the first two: the first one, the last one, and the one that confirms a refusal. The others
 * list: a page stands for many polls, and if the next page had to wait for minutes, the pages before would be read in vain.
 */
const HIGH_PRIORITY_ACTIVITIES: readonly string[] = [
  'getOperation',
  'cancelOperation',
  'listOperations',
  'reconcileOperations',
];

/**
 * Takes a slot of the limiter for one request, and waits for it up to 1.5 s.
 *
 * @param willRetry whether the caller asks again if no slot is free at once; if not, none is booked for it
 * @throws ApplicationFailure where the slot is due later, or the attempt has to end
 */
export async function acquireSlot(attempt: Attempt, method: RequestMethod, willRetry: boolean): Promise<void> {
  const scope = quotaScope(attempt.ref);
  const caller = callerFor(attempt, method, willRetry);
  for (;;) {
    const delayMs = attempt.process.limiter.take(scope, caller, Date.now());
    if (delayMs === 0) return;
    const failure = () => noSlot(attempt, scope, delayMs);
    if (caller.id === undefined) throw failure();
    await attempt.waitOrEnd(delayMs, failure);
  }
}

function callerFor({ context, isOptional }: Attempt, method: RequestMethod, willRetry: boolean): Caller {
  const { workflowExecution, activityId, activityType, isLocal } = context.info;
  const isHigh = method === 'cancel' || (HIGH_PRIORITY_ACTIVITIES.includes(activityType) && !isOptional);
  // A local activity is not repeated under its id.
  const keepsBooking = willRetry && !isLocal && !isOptional;
  return {
    priority: isHigh ? 'high' : 'low',
    id: keepsBooking ? `${workflowExecution?.runId ?? ''}/${activityId}` : undefined,
  };
}
