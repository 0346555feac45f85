import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { workflowTypes } from '../contract/messages.js';
import { quoted } from '../contract/text.js';
import { describeWorkflow, isOpen } from './describe.js';
import { GoogleOperationsError } from './errors.js';
import { withSignal } from './with-signal.js';

const CHECK_INTERVAL_MS = 1_000;

/** The types of the workflows that have the id of an operation. */
export const FOLLOWER_TYPES: readonly string[] = [workflowTypes.cancelOperation, workflowTypes.watchOperation];
/** The type of the workflows that cancel many operations. */
export const BULK_TYPES: readonly string[] = [workflowTypes.cancelOperations];

/**
 * Checks that a workflow is of our types: everybody who may start workflows can start another one under its id.
 *
 * @throws {GoogleOperationsError} `WORKFLOW_ID_CONFLICT` with the type that it has
 */
export function assertOwnType(
  { workflowId, type, status }: Pick<WorkflowExecutionDescription, 'workflowId' | 'type' | 'status'>,
  types: readonly string[] = FOLLOWER_TYPES,
): void {
  if (types.includes(type)) return;
  const next = isOpen({ status })
    ? 'Find out what it is for, end it and try again.'
    : 'It has ended: start the request again.';
  const message = `The id ${workflowId} belongs to a workflow of type ${quoted(type)}, and not of ${types.join(' or ')}. It takes no request for Google's operations. ${next}`;
  throw new GoogleOperationsError('WORKFLOW_ID_CONFLICT', message);
}

/**
 * Reads the type of a workflow from Temporal, and checks it as {@link assertOwnType} does.
 *
 * @param runId `undefined` is the latest run
 * @returns the description, or `undefined` if Temporal does not know the workflow
 */
export async function describeOwn(
  client: Client,
  workflowId: string,
  runId?: string,
  types?: readonly string[],
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const description = await describeWorkflow(client, workflowId, runId);
    assertOwnType(description, types);
    return description;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/**
 * Makes a request that waits for a worker. Beside the wait it checks the type of the running workflow, because one of
 * another type may never answer.
 *
 * @throws {GoogleOperationsError} `WORKFLOW_ID_CONFLICT`
 */
export async function waitUnlessForeign<T>(
  client: Client,
  workflowId: string,
  signal: AbortSignal | undefined,
  request: () => Promise<T>,
): Promise<T> {
  const [conflict, answered] = [new AbortController(), new AbortController()];
  void untilOwn(client, workflowId, answered.signal).catch((error: unknown) => {
    // The request itself finds out if Temporal does not answer.
    if (error instanceof GoogleOperationsError) conflict.abort(error);
  });
  try {
    const signals = signal === undefined ? [conflict.signal] : [conflict.signal, signal];
    return await withSignal(client, AbortSignal.any(signals), request);
  } finally {
    answered.abort();
  }
}

/** Checks again and again until a workflow of our types runs. */
async function untilOwn(client: Client, workflowId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(CHECK_INTERVAL_MS, undefined, { signal });
    const description = await describeWorkflow(client, workflowId);
    // The start may not be stored yet, so that the latest run is one that has ended.
    if (isOpen(description)) return assertOwnType(description);
  }
}
