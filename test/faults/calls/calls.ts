import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { GoogleOperations, GoogleOperationsError } from '../../../client/index.js';
import { RUNNING_OUTCOME, searchAttributes } from '../../../contract/messages.js';
import { DEFAULT_SERVICE } from '../../../contract/names.js';
import { workflowIdOf } from '../../../contract/workflow-id.js';
import type { Call, PlannedOperation } from '../plan/plan.js';

/** The targets of calls. */
export interface CallTarget {
  client: Client;
  taskQueue: string;
}

type Workflow = (input: unknown) => Promise<unknown>;

/**
 * Makes one call, with this project's own client or without it, and returns the run that it reached, where that is known.
 *
 * @throws every error of the clients
 */
export async function makeCall(
  { client, taskQueue }: CallTarget,
  call: Call,
  { name, input }: Pick<PlannedOperation, 'name' | 'input'>,
): Promise<string | undefined> {
  const { abortAfter: _, ...cancelInput } = input;
  const why = { reason: `by ${call}`, requestedBy: 'the fault suite' };
  const workflowId = workflowIdOf(DEFAULT_SERVICE, name);
  const handle = client.workflow.getHandle(workflowId);
  const operations = new GoogleOperations(client, { taskQueue });
  const raw = {
    workflowId,
    taskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
  };
  const typedSearchAttributes = [
    { key: defineSearchAttributeKey(searchAttributes.name, 'KEYWORD'), value: name },
    { key: defineSearchAttributeKey(searchAttributes.outcome, 'KEYWORD'), value: RUNNING_OUTCOME },
  ];
  switch (call) {
    case 'cancel':
      return (await operations.cancel({ name, ...cancelInput, ...why })).runId;
    case 'cancel-kept':
      return (await operations.cancel({ name, ...cancelInput, ...why }, { waitForWorker: false })).runId;
    case 'update-with-start': {
      const startWorkflowOperation = new WithStartWorkflowOperation<Workflow>('cancelOperation', {
        ...raw,
        args: [{ name, ...cancelInput, ...why }],
        typedSearchAttributes,
      });
      const update = await client.workflow.startUpdateWithStart<Workflow, unknown, [unknown]>('abort', {
        args: [why],
        startWorkflowOperation,
        waitForStage: 'ACCEPTED',
      });
      return update.workflowRunId;
    }
    case 'signal-with-start': {
      // Without search attributes, as a starter may.
      const { signaledRunId } = await client.workflow.signalWithStart<Workflow, [unknown]>('cancelOperation', {
        ...raw,
        args: [{ name, ...cancelInput, ...why }],
        signal: 'abort',
        signalArgs: [why],
      });
      return signaledRunId;
    }
    case 'start':
    case 'start-watch': {
      const type = call === 'start' ? 'cancelOperation' : 'watchOperation';
      const given = call === 'start' ? { name, ...cancelInput, ...why } : { name, ...input };
      const started = await client.workflow.start<Workflow>(type, {
        ...raw,
        args: [given],
        typedSearchAttributes,
      });
      return started.firstExecutionRunId;
    }
    case 'watch':
      return (await operations.watch({ name, ...input })).runId;
    case 'abort':
      await operations.getHandle(name).abort(why);
      break;
    case 'signal-abort':
      await operations.getHandle(name).abort(why, { waitForWorker: false });
      break;
    case 'update-abort':
      await handle.executeUpdate<unknown, [unknown]>('abort', { args: [why] });
      break;
    case 'temporal-cancel':
      await handle.cancel();
      break;
    case 'terminate':
      await handle.terminate('by an operator');
      break;
  }
  return undefined;
}

/** Whether a call failed because there is nothing to abort any more. */
export function isOver(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError) return true;
  return error instanceof GoogleOperationsError && error.code !== 'INVALID_ARGUMENT';
}

/** Whether a call can never be accepted. */
export function isMistaken(error: unknown): boolean {
  return error instanceof GoogleOperationsError && error.code === 'INVALID_ARGUMENT';
}
