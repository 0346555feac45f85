import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  getClient,
  operationInfo,
  startWorkflow,
  type WorkflowHandle,
  WorkflowRunOperationHandler,
  type WorkflowRunOperationStartHandler,
} from '@temporalio/nexus';
import * as nexus from 'nexus-rpc';
import { abort } from '../client/abort.js';
import { GoogleOperationsError } from '../client/error.js';
import { executionOptions } from '../client/execution.js';
import { status } from '../client/status.js';
import { workflowIdFor } from '../client/target.js';
import type { AbortInput, CancelOperationInput, WatchOperationInput } from '../contract/input.js';
import { messages, workflowTypes } from '../contract/messages.js';
import { DEFAULT_API_VERSION, DEFAULT_SERVICE, quoted } from '../contract/names.js';
import { googleOperationsService, type StatusInput } from '../contract/nexus.js';
import type { OperationStatus, OperationResult } from '../contract/result.js';
import type { OperationsClient } from '../google/client.js';
import { GoogleApiError } from '../google/error.js';
import { operationOfToken } from './operation-token.js';

/** EVENT_TYPE_WORKFLOW_EXECUTION_STARTED */
const EXECUTION_STARTED = 1;

type Run = (input: CancelOperationInput) => Promise<OperationResult>;

/** What the Nexus service needs from its process. */
export interface NexusDeps {
  /** The client of the worker's activities: it says what this worker may touch. */
  operations: Pick<OperationsClient, 'check'>;
}

/**
 * The handler of {@link googleOperationsService}, for the `nexusServices` of a worker that runs these workflows.
 *
 * What this worker may not touch it refuses with `UNAUTHORIZED` before anything else, whether somebody follows it or not: a
 * caller is of another namespace, and must neither learn nor abort through this worker what another worker does here.
 */
export function createNexusService({ operations }: NexusDeps) {
  return nexus.serviceHandler(googleOperationsService, {
    cancel: new GuardedOperation<CancelOperationInput>(operations, (context, input) =>
      toNexusError(() => cancel(operations, context, input)),
    ),
    watch: new GuardedOperation<WatchOperationInput>(operations, (context, input) =>
      toNexusError(() => watch(operations, context, input)),
    ),
    abort: (_context, { name, service, ...given }: StatusInput & AbortInput): Promise<OperationStatus> =>
      toNexusError(() => {
        assertStatusInput(operations, { name, service });
        return abort(getClient(), { name, service }, given);
      }),
    status: (_context, { name, service }: StatusInput): Promise<OperationStatus> =>
      toNexusError(() => {
        assertStatusInput(operations, { name, service });
        return status(getClient(), { name, service });
      }),
  });
}

/**
 * Ends in the outcome of a workflow. The SDK cancels whatever workflow the token names, and a token is no secret but JSON that
 * anybody can write who may use the endpoint: so the rules hold here too.
 */
class GuardedOperation<I> extends WorkflowRunOperationHandler<I, OperationResult> {
  readonly #operations: NexusDeps['operations'];

  constructor(
    operations: NexusDeps['operations'],
    start: WorkflowRunOperationStartHandler<I, OperationResult>,
  ) {
    super(start);
    this.#operations = operations;
  }

  /** @throws {nexus.HandlerError} `BAD_REQUEST` for what is no token of ours, `UNAUTHORIZED` for what this worker may not touch */
  override async cancel(context: nexus.CancelOperationContext, token: string): Promise<void> {
    const target = operationOfToken(token, operationInfo().namespace);
    if (target === undefined)
      throw new nexus.HandlerError(
        'BAD_REQUEST',
        'the operation token is none that this service has given out',
      );
    assertAllowed(this.#operations, target);
    await super.cancel(context, token);
  }
}

async function cancel(
  operations: NexusDeps['operations'],
  context: nexus.StartOperationContext,
  input: CancelOperationInput,
): Promise<WorkflowHandle<OperationResult>> {
  const client = getClient();
  const options = await executionOptions(client, 'cancelOperation', input, operationInfo());
  assertAllowed(operations, input);
  const handle = await startWorkflow<Run>(context, workflowTypes.cancelOperation, options);
  // A start only joins what runs already, and a watcher has to be told.
  if (await hasJoined(client, handle.workflowId, context.requestId)) await tell(handle, input);
  return handle;
}

async function watch(
  operations: NexusDeps['operations'],
  context: nexus.StartOperationContext,
  input: WatchOperationInput,
): Promise<WorkflowHandle<OperationResult>> {
  const options = await executionOptions(getClient(), 'watchOperation', input, operationInfo());
  assertAllowed(operations, input);
  return startWorkflow<Run>(context, workflowTypes.watchOperation, options);
}

/** Whether a start with this request id found the execution running. */
async function hasJoined(client: Client, workflowId: string, requestId: string): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return raw.workflowExtendedInfo?.requestIdInfos?.[requestId]?.eventType !== EXECUTION_STARTED;
}

async function tell(handle: WorkflowHandle<OperationResult>, input: CancelOperationInput): Promise<void> {
  const { reason, requestedBy } = input;
  const given = {
    ...(reason === undefined ? {} : { reason }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
  };
  try {
    await handle.signal<[AbortInput]>(messages.abort, given);
  } catch (error) {
    // It has ended meanwhile: its outcome is on its way to the caller.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** @throws {GoogleOperationsError} for a bad name, and as {@link assertAllowed} */
function assertStatusInput(operations: NexusDeps['operations'], target: StatusInput): void {
  workflowIdFor(target);
  assertAllowed(operations, target);
}

/** @throws {nexus.HandlerError} without the rules themselves: they may name what is none of the caller's business */
function assertAllowed(
  operations: NexusDeps['operations'],
  {
    name,
    service = DEFAULT_SERVICE,
    apiVersion = DEFAULT_API_VERSION,
  }: Pick<CancelOperationInput, 'name' | 'service' | 'apiVersion'>,
): void {
  try {
    operations.check({ service, apiVersion, name });
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    if (error.kind === 'ARGUMENT') throw new nexus.HandlerError('BAD_REQUEST', error.message);
    throw new nexus.HandlerError(
      'UNAUTHORIZED',
      `PERMISSION_DENIED: this worker may not touch ${quoted(name)} of ${quoted(service)}; GOOGLE_SERVICES and ALLOWED_OPERATIONS say what it may`,
    );
  }
}

/** Puts the client library's errors into the words of Nexus. */
async function toNexusError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GoogleOperationsError)) throw error;
    const { code, message } = error;
    if (code === 'INVALID_ARGUMENT') throw new nexus.HandlerError('BAD_REQUEST', message, { cause: error });
    if (code === 'NOT_FOUND') throw new nexus.HandlerError('NOT_FOUND', message, { cause: error });
    throw new nexus.OperationError('failed', message, { cause: error });
  }
}
