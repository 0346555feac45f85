import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { messages } from '../contract/messages.js';
import type { OperationStatus, OperationResult } from '../contract/result.js';
import { toClientError, resultOf } from './outcome.js';
import { type PendingActivity, pendingActivity } from './pending.js';
import { type Target, workflowIdFor } from './target.js';

/** The workflow's own status, with what its pending activity has seen since: `polls` counts those looks too. */
export interface Status extends OperationStatus {
  pending?: PendingActivity;
}

/**
 * Where an operation's workflow stands. Of one that has ended no worker is asked.
 *
 * @throws {GoogleOperationsError} `NOT_FOUND` where no workflow follows or followed it, `FAILED` or `TERMINATED` where it ended
 * without an outcome, `INVALID_ARGUMENT` for a bad name
 */
export async function status(client: Client, target: Target): Promise<Status> {
  const workflowId = workflowIdFor(target);
  const handle = client.workflow.getHandle(workflowId);
  const description = await described(() => handle.describe(), target.name);
  if (description.status.name !== 'RUNNING')
    return statusOfResult(await resultOf(client, { workflowId }, target.name));
  const answer = await handle.query<OperationStatus>(messages.status);
  return withPending(answer, await pendingActivity(description, client.options.loadedDataConverter));
}

/** The status of a workflow that ended with this result. */
export function statusOfResult(result: OperationResult): OperationStatus {
  const { name, service, cancellation, operation, polls, startedAt, outcome } = result;
  return {
    state: 'DONE',
    name,
    service,
    cancellation,
    ...(operation === undefined ? {} : { operation }),
    polls,
    startedAt,
    outcome,
  };
}

function withPending(answer: OperationStatus, pending: PendingActivity | undefined): Status {
  if (pending === undefined || answer.state === 'DONE') return answer;
  return { ...answer, polls: answer.polls + pending.polls, pending };
}

async function described(describe: () => Promise<WorkflowExecutionDescription>, name: string) {
  try {
    return await describe();
  } catch (error) {
    throw error instanceof WorkflowNotFoundError ? toClientError(error, name) : error;
  }
}
