import { type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import {
  getClient,
  operationInfo,
  startWorkflow,
  type WorkflowHandle,
  WorkflowRunOperationHandler,
} from '@temporalio/nexus';
import * as nexus from 'nexus-rpc';
import { describeWorkflow, isOpen } from '../client/describe.js';
import { GoogleOperationsError, parseOrClientError } from '../client/errors.js';
import { grpcError } from '../client/grpc-error.js';
import { GoogleOperations } from '../client/google-operations.js';
import { latestExecution } from '../client/latest-execution.js';
import { OperationHandle } from '../client/operation-handle.js';
import { describeOwn } from '../client/own-workflow.js';
import {
  operationStartOptions,
  type OperationWorkflowType,
  withoutRefusedAttributes,
} from '../client/start-options.js';
import { operationRef } from '../contract/api-version.js';
import {
  type AbortInput,
  type CancelOperationInput,
  parseOperationInput,
  type WatchOperationInput,
} from '../contract/input.js';
import { messages } from '../contract/messages.js';
import { quoted } from '../contract/text.js';
import { googleOperationsService, type StatusInput } from '../contract/nexus.js';
import type { OperationStatus, OperationResult } from '../contract/result.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { workflowIdOf } from '../contract/workflow-id.js';
import type { OperationsClient } from '../google/client.js';
import { GoogleApiError } from '../google/error.js';
import { operationOfToken } from './operation-token.js';

/** EVENT_TYPE_WORKFLOW_EXECUTION_STARTED */
const EXECUTION_STARTED = 1;

type OperationWorkflow = (input: CancelOperationInput) => Promise<OperationResult>;

type Rules = Pick<OperationsClient, 'assertAllowed'>;

/**
 * The handler of {@link googleOperationsService}, for the `nexusServices` of a worker that runs these workflows.
 *
 * A call for an operation that this worker's rules forbid fails with `UNAUTHORIZED`, whether or not a workflow
 * follows the operation: the caller is in another namespace, and must not see or abort workflows of other
 * workers through this one.
 *
 * @param deps with the client of the worker's activities, which holds the rules of this worker
 */
export function createNexusService({ operations }: { operations: Rules }) {
  return nexus.serviceHandler(googleOperationsService, {
    cancel: new GuardedOperation<CancelOperationInput>(operations, 'cancelOperation'),
    watch: new GuardedOperation<WatchOperationInput>(operations, 'watchOperation'),
    // Temporal may deliver a request twice: the id makes it one abort.
    abort: ({ requestId }, input: StatusInput & AbortInput): Promise<OperationStatus> =>
      toNexusError(() => {
        const { handle, rest } = allowedHandle(operations, input);
        return handle.abort(rest, { requestId });
      }),
    status: (_context, input: StatusInput): Promise<OperationStatus> =>
      toNexusError(() => allowedHandle(operations, input).handle.status()),
  });
}

/**
 * A Nexus operation that completes with the result of a workflow, and checks the rules before it is
 * cancelled. Its cancellation is an abort of the workflow that the token names, and a token is plain JSON: everybody who may
 * use the endpoint can write one.
 */
class GuardedOperation<I extends CancelOperationInput> extends WorkflowRunOperationHandler<I, OperationResult> {
  constructor(
    private readonly rules: Rules,
    private readonly type: OperationWorkflowType,
  ) {
    super((context, input) => toNexusError(() => startOrJoin(rules, type, context, input)));
  }

  /** Starts or joins the workflow, or completes at once with the earlier record of the operation's end. */
  override async start(
    context: nexus.StartOperationContext,
    input: I,
  ): Promise<nexus.HandlerStartOperationResult<OperationResult>> {
    const earlier = await toNexusError(() => earlierRecord(this.rules, this.type, context, input));
    return earlier === undefined ? super.start(context, input) : nexus.HandlerStartOperationResult.sync(earlier);
  }

  /**
   * @throws {nexus.HandlerError} `BAD_REQUEST` if the token is not ours, `UNAUTHORIZED` if the rules
   * forbid the operation, `NOT_FOUND` if no workflow follows it
   */
  override async cancel(_context: nexus.CancelOperationContext, token: string): Promise<void> {
    const operation = await operationOfToken(token, operationInfo().namespace, memoOf);
    if (operation === undefined)
      throw new nexus.HandlerError('BAD_REQUEST', 'this service has not issued the operation token');
    assertAllowed(this.rules, operation);
    const workflowId = workflowIdOf(operation.service, operation.name);
    const description = await described(workflowId);
    // A workflow that has ended takes no cancellation, and the caller gets its result.
    if (!isOpen(description)) return;
    const abort = { reason: 'a Nexus caller cancelled its operation' };
    await unlessEnded(() =>
      getClient().workflow.getHandle(workflowId).signal<[AbortInput, string]>(messages.abort, abort, `nexus:${token}`),
    );
  }
}

async function described(workflowId: string): Promise<WorkflowExecutionDescription> {
  try {
    const description = await describeOwn(getClient(), workflowId);
    if (description !== undefined) return description;
  } catch (error) {
    if (!(error instanceof GoogleOperationsError)) throw error;
    throw new nexus.HandlerError('NOT_FOUND', error.message, { cause: error });
  }
  throw new nexus.HandlerError('NOT_FOUND', `Temporal does not know the workflow ${workflowId}`);
}

async function memoOf(workflowId: string): Promise<Record<string, unknown> | undefined> {
  try {
    return (await describeWorkflow(getClient(), workflowId)).memo;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return undefined;
  }
}

/** The earlier record. That of a workflow which this request has started, and which has ended since, is none. */
async function earlierRecord(
  rules: Rules,
  type: OperationWorkflowType,
  { requestId }: nexus.StartOperationContext,
  input: CancelOperationInput,
): Promise<OperationResult | undefined> {
  const ref = operationRef(parseOrClientError(() => parseOperationInput(type, input)));
  assertAllowed(rules, ref);
  const client = getClient();
  const workflowId = workflowIdOf(ref.service, ref.name);
  const { runId } = await latestExecution(client, workflowId, ref, false);
  if (runId === undefined) return undefined;
  const { raw } = await describeWorkflow(client, workflowId, runId);
  if (raw.workflowExtendedInfo?.requestIdInfos?.[requestId] !== undefined) return undefined;
  return new OperationHandle(client, ref.name, workflowId, runId, 'earlier').result();
}

async function startOrJoin(
  rules: Rules,
  type: OperationWorkflowType,
  context: nexus.StartOperationContext,
  input: CancelOperationInput,
): Promise<WorkflowHandle<OperationResult>> {
  const client = getClient();
  const options = await operationStartOptions(client, type, input, operationInfo().taskQueue);
  assertAllowed(rules, input);
  const handle = await withoutRefusedAttributes(client, options, (start) =>
    startWorkflow<OperationWorkflow>(context, type, start),
  ).catch((error: unknown) => onStartRefused(error, type, options.workflowId, input, context.requestId));
  const description = await describeOwn(client, handle.workflowId);
  const request = description?.raw.workflowExtendedInfo?.requestIdInfos?.[context.requestId];
  // A start that joins a running execution does not abort it.
  if (type === 'cancelOperation' && request?.eventType !== EXECUTION_STARTED)
    await sendAbort(handle, input, context.requestId);
  return handle;
}

/**
 * The running workflow may have as many callbacks as the server lets one have (`system.maxCallbacksPerWorkflow`), so that it
 * takes no further caller. The abort needs no callback.
 */
async function onStartRefused(
  error: unknown,
  type: OperationWorkflowType,
  workflowId: string,
  input: CancelOperationInput,
  requestId: string,
): Promise<never> {
  const { details = '' } = grpcError(error) ?? {};
  // The code of the refusal depends on the server: INVALID_ARGUMENT or FAILED_PRECONDITION.
  if (!/cannot attach more than \d+ callbacks/.test(details)) throw error;
  const isCancel = type === 'cancelOperation';
  if (isCancel) await sendAbort(getClient().workflow.getHandle(workflowId), input, requestId);
  const sent = isCancel ? 'The abort was sent all the same. ' : '';
  const message = `Temporal takes no further caller that waits for ${workflowId}: ${details} (system.maxCallbacksPerWorkflow). ${sent}Ask for the outcome by status.`;
  throw new nexus.OperationError('failed', message, error instanceof Error ? { cause: error } : {});
}

async function sendAbort(
  handle: Pick<WorkflowHandle<OperationResult>, 'signal'>,
  { reason, requestedBy }: CancelOperationInput,
  requestId: string,
): Promise<void> {
  const abort = withoutUndefined({ reason, requestedBy });
  await unlessEnded(() => handle.signal<[AbortInput, string]>(messages.abort, abort, requestId));
}

/** Makes a request of a workflow. One that has ended meanwhile takes none, and its result goes to the caller. */
async function unlessEnded(request: () => Promise<void>): Promise<void> {
  try {
    await request();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/**
 * The handle of an operation, and the other fields of the input, which may be anything.
 *
 * @throws {GoogleOperationsError} for a bad name, and as {@link assertAllowed}
 */
function allowedHandle(rules: Rules, input: StatusInput & AbortInput): { handle: OperationHandle; rest: AbortInput } {
  const { name, service, ...rest } = { ...input };
  const handle = new GoogleOperations(getClient()).getHandle(name, { service });
  assertAllowed(rules, { name, service });
  return { handle, rest };
}

/** @throws {nexus.HandlerError} `BAD_REQUEST`; `UNAUTHORIZED`, without the rules, which callers must not see */
function assertAllowed(rules: Rules, input: Pick<CancelOperationInput, 'name' | 'service' | 'apiVersion'>): void {
  const ref = operationRef(input);
  try {
    rules.assertAllowed(ref);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    if (error.kind === 'ARGUMENT') throw new nexus.HandlerError('BAD_REQUEST', error.message);
    throw new nexus.HandlerError(
      'UNAUTHORIZED',
      `PERMISSION_DENIED: this worker may not touch ${quoted(ref.name)} of ${quoted(ref.service)}; GOOGLE_SERVICES and ALLOWED_OPERATIONS say what it may`,
    );
  }
}

/** Converts the errors of the client library to those of Nexus. */
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
