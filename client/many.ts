import { randomUUID } from 'node:crypto';
import {
  ApplicationFailure,
  type Client,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  type CancelOperationsInput,
  type CancelOperationsProgress,
  type CancelOperationsResult,
  parseBulkInput,
} from '../contract/bulk.js';
import { messages, workflowTypes } from '../contract/messages.js';
import { DEFAULT_TASK_QUEUE } from '../contract/names.js';
import { GoogleOperationsError } from './error.js';
import { summaryLine } from './summary.js';

/** Where to start the workflow, and as what. */
export interface CancelManyOptions {
  /** Default `google-operations`. */
  taskQueue?: string | undefined;
  /** Calls with the same id are one workflow while it runs. Default: an id of its own for each call. */
  workflowId?: string | undefined;
}

/** Operations that are being cancelled by one workflow. */
export interface ManyCancelled {
  workflowId: string;
  /** The run that was started or joined. */
  runId: string;
  /** How it stands: what matched, what was started, what ended how. A worker answers, so one has to be there. */
  progress(): Promise<CancelOperationsProgress>;
  /**
   * Waits until all have ended.
   *
   * @throws {GoogleOperationsError} `FAILED` where the operations cannot be listed, `TERMINATED` where the workflow was ended
   * from outside, `NOT_FOUND` where Temporal does not remember it
   */
  outcome(): Promise<CancelOperationsResult>;
}

type Many = (input: CancelOperationsInput) => Promise<CancelOperationsResult>;

/**
 * Cancels many operations: those of `names`, or all that run under `parent`. It returns when Temporal keeps the request;
 * whether a worker is there does not matter.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field
 */
export async function cancelMany(
  client: Client,
  input: CancelOperationsInput,
  {
    taskQueue = DEFAULT_TASK_QUEUE,
    workflowId = `cancel-operations-${randomUUID()}`,
  }: CancelManyOptions = {},
): Promise<ManyCancelled> {
  check(input);
  const handle = await client.workflow.start<Many>(workflowTypes.cancelOperations, {
    workflowId,
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue,
    args: [input],
    staticSummary: summaryOf(input),
  });
  return {
    workflowId,
    runId: handle.firstExecutionRunId,
    // Of the latest run: a long one continues as new.
    progress: () =>
      client.workflow.getHandle<Many>(workflowId).query<CancelOperationsProgress>(messages.progress),
    outcome: () => outcomeOf(client.workflow.getHandle<Many>(workflowId, handle.firstExecutionRunId)),
  };
}

function check(input: CancelOperationsInput): void {
  try {
    parseBulkInput(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new GoogleOperationsError('INVALID_ARGUMENT', message, undefined, { cause: error });
  }
}

/** One line for the workflow list of the Temporal UI. */
function summaryOf({ parent, names = [], requestedBy, reason, dryRun }: CancelOperationsInput): string {
  const what = parent === undefined ? `${names.length} operations` : `what runs under ${parent}`;
  const by = requestedBy === undefined ? '' : ` for ${requestedBy}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return summaryLine(`${dryRun === true ? 'List' : 'Cancel'} ${what}${by}${why}`);
}

async function outcomeOf(handle: WorkflowHandle<Many>): Promise<CancelOperationsResult> {
  const { workflowId } = handle;
  try {
    return await handle.result();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new GoogleOperationsError('NOT_FOUND', `No workflow ${workflowId} is remembered.`, undefined, {
        cause: error,
      });
    }
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw ended(workflowId, error);
  }
}

function ended(workflowId: string, error: WorkflowFailedError): GoogleOperationsError {
  const failure = applicationFailure(error.cause);
  if (failure !== undefined) {
    return new GoogleOperationsError('FAILED', failure.message, failure.type ?? undefined, { cause: error });
  }
  return new GoogleOperationsError(
    'TERMINATED',
    `The workflow ${workflowId} was ended from outside. What it has started goes on.`,
    undefined,
    { cause: error },
  );
}

function applicationFailure(error: Error | undefined): ApplicationFailure | undefined {
  if (error === undefined || error instanceof ApplicationFailure) return error;
  return error.cause instanceof Error ? applicationFailure(error.cause) : undefined;
}
