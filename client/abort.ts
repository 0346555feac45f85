import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { type AbortInput, parseAbort } from '../contract/input.js';
import { messages } from '../contract/messages.js';
import type { OperationStatus } from '../contract/result.js';
import { GoogleOperationsError } from './error.js';
import { toClientError, resultOf } from './outcome.js';
import { statusOfResult } from './status.js';
import { type Target, workflowIdFor } from './target.js';

/**
 * Aborts an operation that a workflow follows, and returns the status at once. Of one that is final already it returns the
 * status with the outcome.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field, `NOT_FOUND` where no workflow follows or followed it,
 * `FAILED` or `TERMINATED` where it ended without an outcome
 */
export async function abort(
  client: Client,
  target: Target,
  given: AbortInput = {},
): Promise<OperationStatus> {
  const workflowId = workflowIdFor(target);
  // Here and not by the workflow alone: a text of megabytes would not get through to it.
  const good = checkedAbort(given);
  try {
    return await client.workflow
      .getHandle(workflowId)
      .executeUpdate<OperationStatus, [AbortInput]>(messages.abort, { args: [good] });
  } catch (error) {
    const type = rejection(error);
    if (type === 'INVALID_ARGUMENT')
      throw new GoogleOperationsError('INVALID_ARGUMENT', messageOf(error), undefined, { cause: error });
    if (type === undefined && !(error instanceof WorkflowNotFoundError)) throw error;
    return statusOfResult(await resultOf(client, { workflowId }, target.name));
  }
}

/**
 * Aborts an operation that a workflow follows, by a signal: Temporal keeps it, whether a worker is there to take it or not.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field, `NOT_FOUND` where no workflow follows the operation now
 */
export async function signalAbort(client: Client, target: Target, given: AbortInput = {}): Promise<void> {
  const handle = client.workflow.getHandle(workflowIdFor(target));
  const good = checkedAbort(given);
  try {
    await handle.signal<[AbortInput]>(messages.abort, good);
  } catch (error) {
    throw toClientError(error, target.name);
  }
}

// The workflow drops the bad fields of a signal; here somebody can still be told.
function checkedAbort(given: AbortInput): AbortInput {
  try {
    return parseAbort(given);
  } catch (error) {
    throw new GoogleOperationsError(
      'INVALID_ARGUMENT',
      error instanceof Error ? error.message : String(error),
      undefined,
      {
        cause: error,
      },
    );
  }
}

function rejection(error: unknown): string | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  return cause !== undefined && 'type' in cause ? String(cause.type) : 'UNKNOWN';
}

function messageOf(error: unknown): string {
  return error instanceof WorkflowUpdateFailedError && error.cause !== undefined
    ? error.cause.message
    : String(error);
}
