import { type Client, WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Priority } from '@temporalio/common';
import { operationRef } from '../contract/api-version.js';
import type { CancelOperationsInput } from '../contract/bulk.js';
import type { AbortInput, CancelOperationInput, WatchOperationInput } from '../contract/input.js';
import { messages, workflowTypes } from '../contract/messages.js';
import { DEFAULT_TASK_QUEUE } from '../contract/names.js';
import type { OperationResult } from '../contract/result.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { BulkHandle } from './bulk-handle.js';
import { latestExecution, type Origin } from './latest-execution.js';
import { OperationHandle } from './operation-handle.js';
import { BULK_TYPES, describeOwn, waitUnlessForeign } from './own-workflow.js';
import {
  bulkStartOptions,
  operationStartOptions,
  operationWorkflowId,
  withoutRefusedAttributes,
} from './start-options.js';
import { type StartRequestOptions, type WaitOptions, withSignal } from './with-signal.js';
import { untilWorkerHasTaken } from './wait-for-worker.js';

/** The settings of the library besides Temporal's client. */
export interface GoogleOperationsOptions {
  /** The task queue of the workers. Default `google-operations`. */
  taskQueue?: string | undefined;
}

/** The options of starting a bulk cancellation. */
export interface BulkOptions extends WaitOptions {
  /** Repeated calls with the same id start one workflow, whose id contains it. Default: every call starts one. */
  requestId?: string | undefined;
  /** Temporal's priority of the bulk; its items go one `priorityKey` after it. Default: Temporal's, whose key is 3. */
  priority?: Priority | undefined;
}

type OperationWorkflow = (input: CancelOperationInput) => Promise<OperationResult>;

/** Cancels and watches Google's long-running operations by the workflows of a temporal-lro worker. */
export class GoogleOperations {
  readonly #client: Client;
  readonly #taskQueue: string;

  constructor(client: Client, { taskQueue = DEFAULT_TASK_QUEUE }: GoogleOperationsOptions = {}) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /**
   * Cancels an operation: aborts the workflow that follows it already and keeps its options, or starts one. Where
   * Temporal has a record of the operation's end, it starts nothing: the handle's `origin` is `earlier`.
   *
   * If the call fails or its signal is aborted before a worker has taken the request, a started workflow
   * goes on, but an abort of a workflow that was running may be lost: try again, with the same `requestId`,
   * or use `waitForWorker: false`.
   *
   * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field, `WORKFLOW_ID_CONFLICT` where a workflow of
   * another type has the id
   */
  cancel(
    input: CancelOperationInput,
    { waitForWorker = true, requestId, again = false, priority, signal }: StartRequestOptions = {},
  ): Promise<OperationHandle> {
    return withSignal(this.#client, signal, async () => {
      const start = await operationStartOptions(this.#client, 'cancelOperation', input, this.#taskQueue, priority);
      signal?.throwIfAborted();
      const { name } = input;
      const { origin, runId } = await latestExecution(this.#client, start.workflowId, operationRef(input), again);
      if (runId !== undefined) return new OperationHandle(this.#client, name, start.workflowId, runId, origin);
      const { reason, requestedBy } = input;
      const abort: AbortInput = withoutUndefined({ reason, requestedBy });
      const type = workflowTypes.cancelOperation;
      const { workflow } = this.#client;
      if (!waitForWorker) {
        const signalled = await withoutRefusedAttributes(this.#client, start, (options) =>
          workflow.signalWithStart<OperationWorkflow, [AbortInput, string?]>(type, {
            ...options,
            signal: messages.abort,
            signalArgs: requestId === undefined ? [abort] : [abort, requestId],
          }),
        );
        return this.#checkedHandle(name, start.workflowId, signalled.signaledRunId, origin);
      }
      // The update is rejected because the operation is final, so its outcome follows soon.
      const update = await waitUnlessForeign(this.#client, start.workflowId, signal, () =>
        withoutRefusedAttributes(this.#client, start, (options) =>
          workflow.startUpdateWithStart<OperationWorkflow, unknown, [AbortInput]>(messages.abort, {
            args: [abort],
            startWorkflowOperation: new WithStartWorkflowOperation<OperationWorkflow>(type, options),
            waitForStage: 'ACCEPTED',
            ...withoutUndefined({ updateId: requestId }),
          }),
        ),
      );
      return this.#checkedHandle(name, start.workflowId, update.workflowRunId, origin);
    });
  }

  /**
   * Has an operation watched: joins the workflow that follows it already and keeps its options, or starts one. An
   * earlier record is given as by `cancel`.
   *
   * @throws {GoogleOperationsError} as `cancel`
   */
  watch(
    input: WatchOperationInput,
    { waitForWorker = true, again = false, priority, signal }: StartRequestOptions = {},
  ): Promise<OperationHandle> {
    return withSignal(this.#client, signal, async () => {
      const start = await operationStartOptions(this.#client, 'watchOperation', input, this.#taskQueue, priority);
      signal?.throwIfAborted();
      const { name } = input;
      const { origin, runId } = await latestExecution(this.#client, start.workflowId, operationRef(input), again);
      if (runId !== undefined) return new OperationHandle(this.#client, name, start.workflowId, runId, origin);
      const { firstExecutionRunId } = await withoutRefusedAttributes(this.#client, start, (options) =>
        this.#client.workflow.start<OperationWorkflow>(workflowTypes.watchOperation, options),
      );
      const handle = await this.#checkedHandle(name, start.workflowId, firstExecutionRunId, origin);
      if (waitForWorker) await untilWorkerHasTaken(this.#client, start.workflowId, firstExecutionRunId);
      return handle;
    });
  }

  /**
   * Cancels many operations: those of `names`, or all that run under `parent`. Returns once Temporal has
   * stored the request.
   *
   * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field, `WORKFLOW_ID_CONFLICT` where a workflow of
   * another type has the id that `requestId` makes
   */
  cancelAll(input: CancelOperationsInput, { requestId, priority, signal }: BulkOptions = {}): Promise<BulkHandle> {
    return withSignal(this.#client, signal, async () => {
      const start = { ...bulkStartOptions(input, this.#taskQueue, requestId), ...withoutUndefined({ priority }) };
      try {
        const { firstExecutionRunId } = await this.#client.workflow.start(workflowTypes.cancelOperations, start);
        // An id that was made here is not in use.
        if (requestId !== undefined) await describeOwn(this.#client, start.workflowId, firstExecutionRunId, BULK_TYPES);
        return new BulkHandle(this.#client, start.workflowId, firstExecutionRunId);
      } catch (error) {
        // An earlier try started it, and it has ended since.
        if (error instanceof WorkflowExecutionAlreadyStartedError) return this.getBulkHandle(start.workflowId);
        throw error;
      }
    });
  }

  /** The handle of a run, whose type is checked after the start, so that the check delays nothing. */
  async #checkedHandle(
    name: string,
    workflowId: string,
    runId: string | undefined,
    origin: Origin,
  ): Promise<OperationHandle> {
    await describeOwn(this.#client, workflowId, runId);
    return new OperationHandle(this.#client, name, workflowId, runId, origin);
  }

  /**
   * The handle of an operation that a workflow follows or has followed; sends nothing. The service is
   * `aiplatform.googleapis.com` by default.
   *
   * @throws {GoogleOperationsError} `INVALID_ARGUMENT` for a bad name or service
   */
  getHandle(name: string, { service }: { service?: string | undefined } = {}): OperationHandle {
    return new OperationHandle(this.#client, name, operationWorkflowId(name, service));
  }

  /** The handle of a bulk cancellation by the id of its workflow; sends nothing. */
  getBulkHandle(workflowId: string): BulkHandle {
    return new BulkHandle(this.#client, workflowId);
  }
}
