import { type Client, ServiceError } from '@temporalio/client';
import type { Outcome } from '../contract/outcome.js';
import { FOLLOWER_TYPES } from './own-workflow.js';

/**
 * How the workflow of a handle came about: this call started it, it followed the operation already, or it had recorded
 * the operation's end before, so that nothing was started.
 */
export type Origin = 'started' | 'joined' | 'earlier';

/** The outcomes of an operation that has ended. After any other one it may still run. */
const ENDS: readonly unknown[] = ['CANCELLED', 'COMPLETED', 'FAILED'] satisfies Outcome[];

/**
 * What a start would meet, by one request to Temporal. The start itself still joins what has begun since.
 *
 * @param again an earlier record does not count
 * @returns the origin, and the run with the record where it is an earlier one
 */
export async function latestExecution(
  client: Client,
  workflowId: string,
  name: string,
  again: boolean,
): Promise<{ origin: Origin; runId?: string }> {
  try {
    const { status, type, memo = {}, runId } = await client.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING') return { origin: 'joined' };
    // The memo's name differs where two long names have one id.
    const isRecord = status.name === 'COMPLETED' && FOLLOWER_TYPES.includes(type) && memo['operation'] === name;
    return isRecord && !again && ENDS.includes(memo['outcome']) ? { origin: 'earlier', runId } : { origin: 'started' };
  } catch (error) {
    // Temporal knows none, or it has a memo that cannot be decoded, which is none of ours.
    if (error instanceof ServiceError) throw error;
    return { origin: 'started' };
  }
}
