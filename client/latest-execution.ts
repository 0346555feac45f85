import { type Client, ServiceError } from '@temporalio/client';
import type { OperationRef } from '../contract/activities.js';
import type { Outcome } from '../contract/outcome.js';
import type { OperationResult } from '../contract/result.js';
import { describeWorkflow, isOpen } from './describe.js';
import { FOLLOWER_TYPES } from './own-workflow.js';

/**
 * How the workflow of a handle came about: this call started it, it followed the operation already, or it had recorded
 * the operation's end before, so that nothing was started.
 */
export type Origin = 'started' | 'joined' | 'earlier';

/** The outcomes of an operation that has ended. After any other one it may still run. */
const ENDS: readonly unknown[] = ['CANCELLED', 'COMPLETED', 'FAILED'] satisfies Outcome[];

/**
 * What a start would meet, by one request to Temporal, and one more where there is a record. The start itself still joins
 * what has begun since.
 *
 * @param again an earlier record does not count
 * @returns the origin, and the run with the record where it is an earlier one
 */
export async function latestExecution(
  client: Client,
  workflowId: string,
  ref: Pick<OperationRef, 'name' | 'service'>,
  again: boolean,
): Promise<{ origin: Origin; runId?: string }> {
  try {
    const { status, type, memo, runId } = await describeWorkflow(client, workflowId);
    if (isOpen({ status })) return { origin: 'joined' };
    const isRecord = status.name === 'COMPLETED' && FOLLOWER_TYPES.includes(type) && ENDS.includes(memo?.['outcome']);
    if (!isRecord || again) return { origin: 'started' };
    // Everybody who may start workflows can have this id follow another operation.
    const { name, service } = await client.workflow
      .getHandle<() => Promise<OperationResult>>(workflowId, runId)
      .result();
    return name === ref.name && service === ref.service ? { origin: 'earlier', runId } : { origin: 'started' };
  } catch (error) {
    // Temporal knows none, or it has a result that cannot be decoded, which is none of ours.
    if (error instanceof ServiceError) throw error;
    return { origin: 'started' };
  }
}
