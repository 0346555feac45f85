import {
  ApplicationFailure,
  type Client,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { OperationResult } from '../contract/result.js';
import { GoogleOperationsError } from './error.js';
import { type Target, workflowIdFor } from './target.js';

/**
 * Waits for the outcome of an operation that a workflow follows or has followed.
 *
 * @throws {GoogleOperationsError} `NOT_FOUND` where none does or did, `FAILED` where no outcome could be recorded,
 * `TERMINATED` where the workflow was ended from outside, `INVALID_ARGUMENT` for a bad name
 */
export async function outcome(client: Client, target: Target): Promise<OperationResult> {
  return resultOf(client, { workflowId: workflowIdFor(target) }, target.name);
}

/** The result of a workflow, the latest run's where none is given, with Temporal's errors put into this library's words. */
export async function resultOf(
  client: Client,
  { workflowId, runId }: { workflowId: string; runId?: string | undefined },
  name: string,
): Promise<OperationResult> {
  try {
    return await client.workflow.getHandle<() => Promise<OperationResult>>(workflowId, runId).result();
  } catch (error) {
    throw toClientError(error, name);
  }
}

/** What an error of Temporal's client means for an operation; others are given back as they are. */
export function toClientError(error: unknown, name: string): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new GoogleOperationsError(
      'NOT_FOUND',
      `No workflow follows ${name}, and none is remembered.`,
      undefined,
      { cause: error },
    );
  }
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure) {
    return new GoogleOperationsError('FAILED', cause.message, cause.type ?? undefined, { cause: error });
  }
  const how =
    cause instanceof TerminatedFailure
      ? 'was terminated'
      : cause instanceof TimeoutFailure
        ? 'ran out of time'
        : 'was ended';
  return new GoogleOperationsError(
    'TERMINATED',
    `The workflow that followed ${name} ${how}; no outcome was recorded.`,
    undefined,
    {
      cause: error,
    },
  );
}
