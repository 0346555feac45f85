import { type Client, WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { AbortInput, CancelOperationInput, WatchOperationInput } from '../contract/input.js';
import { messages, workflowTypes } from '../contract/messages.js';
import type { OperationStatus, OperationResult } from '../contract/result.js';
import { executionOptions } from './execution.js';
import { resultOf } from './outcome.js';

/** Where to start workflows. */
export interface StartOptions {
  /** Default `google-operations`. */
  taskQueue?: string | undefined;
  /** Makes a repeated `cancel` of the same execution one abort. Default: each call is one. */
  requestId?: string | undefined;
}

/** How to cancel. */
export interface CancelOptions extends StartOptions {
  /**
   * When the call returns: `taken`, as soon as a worker has taken the request and said how it stands; or `kept`, as soon as
   * Temporal keeps the request durably, whether a worker is there or not. Default `taken`. `requestId` goes with `taken` only.
   */
  until?: 'taken' | 'kept' | undefined;
}

type Start = (input: CancelOperationInput) => Promise<OperationResult>;

/** An operation that is followed. */
export interface Followed {
  workflowId: string;
  /** The run that was started or joined. */
  runId: string | undefined;
  /** Waits for the outcome. Errors as those of `outcome`. */
  outcome(): Promise<OperationResult>;
}

/**
 * Cancels an operation: starts the workflow, or joins the one that follows the operation already and aborts it. It returns
 * when a worker has taken the request, with what is known by then; until one does it waits, and what no worker has taken is
 * lost with the call where a workflow runs already. With `until: 'kept'` it needs no worker, and `status` is left undefined.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field
 */
export async function cancel(
  client: Client,
  input: CancelOperationInput,
  options: CancelOptions = {},
): Promise<Followed & { status: OperationStatus | undefined }> {
  const start = await executionOptions(client, 'cancelOperation', input, options);
  if (options.until === 'kept') {
    const { signaledRunId } = await client.workflow.signalWithStart<Start, [AbortInput]>(
      workflowTypes.cancelOperation,
      { ...start, signal: messages.abort, signalArgs: [abortOf(input)] },
    );
    return { ...followed(client, start.workflowId, signaledRunId, input.name), status: undefined };
  }
  const startWorkflowOperation = new WithStartWorkflowOperation<Start>(workflowTypes.cancelOperation, start);
  const update = await client.workflow.startUpdateWithStart<Start, OperationStatus, [AbortInput]>(
    messages.abort,
    {
      args: [abortOf(input)],
      startWorkflowOperation,
      waitForStage: 'ACCEPTED',
      ...(options.requestId === undefined ? {} : { updateId: options.requestId }),
    },
  );
  // Rejected: the operation was seen to be final a moment ago, and the outcome is on its way.
  const status = await update.result().catch((error: unknown) => {
    if (error instanceof WorkflowUpdateFailedError) return undefined;
    throw error;
  });
  return { ...followed(client, start.workflowId, update.workflowRunId, input.name), status };
}

/**
 * Has an operation watched: starts the workflow, or joins the one that follows the operation already, whose options stay.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field
 */
export async function watch(
  client: Client,
  input: WatchOperationInput,
  options: StartOptions = {},
): Promise<Followed> {
  const start = await executionOptions(client, 'watchOperation', input, options);
  const { firstExecutionRunId } = await client.workflow.start(workflowTypes.watchOperation, start);
  return followed(client, start.workflowId, firstExecutionRunId, input.name);
}

function abortOf({ reason, requestedBy }: CancelOperationInput): AbortInput {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
  };
}

function followed(client: Client, workflowId: string, runId: string | undefined, name: string): Followed {
  return { workflowId, runId, outcome: () => resultOf(client, { workflowId, runId }, name) };
}
