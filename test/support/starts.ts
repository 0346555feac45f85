import { randomUUID } from 'node:crypto';
import { ApplicationFailure, WithStartWorkflowOperation, WorkflowFailedError } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { OperationStatus, OperationResult } from '../../contract/result.js';
import { type Handle, SERVICE, type World } from './world.js';

type Workflow = (...args: unknown[]) => Promise<OperationResult>;
type Type = 'cancelOperation' | 'watchOperation';

/** An input with a name, and any other fields, valid or not. */
export type Input = { name: string } & Record<string, unknown>;

/** Cancels by signal-with-start of `abort`, with conflict policy USE_EXISTING. */
export async function signalWithStart(
  world: World,
  input: Input,
  abort: unknown[] = [],
  type: Type = 'cancelOperation',
): Promise<Handle> {
  const handle = await world.client.workflow.signalWithStart<Workflow, unknown[]>(type, {
    ...startOptions(world, input),
    signal: 'abort',
    signalArgs: abort,
  });
  world.started.push(handle);
  return handle;
}

/** Cancels by update-with-start of `abort`, with conflict policy USE_EXISTING. */
export async function updateWithStart(
  world: World,
  input: Input,
  abort: unknown[] = [],
  type: Type = 'cancelOperation',
): Promise<{ handle: Handle; status: OperationStatus }> {
  const startWorkflowOperation = new WithStartWorkflowOperation<Workflow>(type, startOptions(world, input));
  try {
    const status = await world.client.workflow.executeUpdateWithStart<Workflow, OperationStatus, unknown[]>('abort', {
      args: abort,
      startWorkflowOperation,
    });
    return { handle: await startWorkflowOperation.workflowHandle(), status };
  } finally {
    const handle = await startWorkflowOperation.workflowHandle().catch(() => undefined);
    if (handle !== undefined) world.started.push(handle);
  }
}

/** Starts a workflow with exactly these arguments under an id of its own, without search attributes. */
export async function startWith(world: World, type: Type, args: unknown[]): Promise<Handle> {
  const handle = await world.client.workflow.start<Workflow>(type, {
    workflowId: `test-${randomUUID()}`,
    taskQueue: world.taskQueue,
    args,
  });
  world.started.push(handle);
  return handle;
}

/** Sends `abort` as an update, with exactly these arguments. */
export function abortByUpdate(handle: Handle, ...args: unknown[]): Promise<OperationStatus> {
  return handle.executeUpdate<OperationStatus, [unknown]>('abort', { args: args as [unknown] });
}

/** Sends `abort` as a signal, with exactly these arguments. */
export function abortBySignal(handle: Handle, ...args: unknown[]): Promise<void> {
  return handle.signal<unknown[]>('abort', ...args);
}

/** Sends `adjust`, with exactly these arguments. */
export function adjust(handle: Handle, ...args: unknown[]): Promise<OperationStatus> {
  return handle.executeUpdate<OperationStatus, [unknown]>('adjust', { args: args as [unknown] });
}

/** The failure of a workflow. @throws where it returns, or fails with anything but an ApplicationFailure */
export async function failureOf(handle: Handle): Promise<ApplicationFailure> {
  try {
    const result = await handle.result();
    throw new Error(`The workflow returned ${JSON.stringify(result)} instead of failing`);
  } catch (error) {
    if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
    throw error;
  }
}

function startOptions(world: World, input: Input) {
  return {
    workflowId: workflowIdOf(SERVICE, input.name),
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    taskQueue: world.taskQueue,
    args: [input],
    memo: { operation: input.name },
    typedSearchAttributes: [
      { key: defineSearchAttributeKey('GoogleOperationName', 'KEYWORD'), value: input.name },
      { key: defineSearchAttributeKey('GoogleOperationOutcome', 'KEYWORD'), value: 'RUNNING' },
    ],
  };
}
