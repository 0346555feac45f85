import {
  ApplicationFailure,
  type Client,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { type AbortInput, type AdjustInput, parseAbort, parseAdjust } from '../contract/input.js';
import { messages } from '../contract/messages.js';
import { OPERATION_KIND } from '../contract/names.js';
import type { OperationResult, OperationStatus } from '../contract/result.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { describeWorkflow, isOpen } from './describe.js';
import { GoogleOperationsError, parseOrClientError, requestAbout } from './errors.js';
import type { Origin } from './latest-execution.js';
import { assertOwnType, describeOwn, waitUnlessForeign } from './own-workflow.js';
import { type PendingActivity, pendingActivity } from './pending-activity.js';
import { type RequestOptions, type WaitOptions, withSignal } from './with-signal.js';

/** The workflow's own status, updated by its pending activity: `polls` counts that activity's polls too. */
export interface LiveStatus extends OperationStatus {
  pending?: PendingActivity;
}

/**
 * An operation that a workflow follows, or has followed. As with the handle of Temporal's `start`, `result` is
 * that of the run which was started or joined, while `status` and `abort` go to the latest run.
 */
export class OperationHandle {
  readonly #client: Client;

  /**
   * Handles come from {@link GoogleOperations}.
   *
   * @param name the operation's full name
   * @param runId the run that was started or joined, whose result is awaited; `undefined` for a handle from `getHandle`
   * @param origin `undefined` for a handle from `getHandle`
   */
  constructor(
    client: Client,
    readonly name: string,
    readonly workflowId: string,
    readonly runId?: string | undefined,
    readonly origin?: Origin,
  ) {
    this.#client = client;
  }

  /**
   * Waits for the outcome. An earlier record is marked with `earlier: true`.
   *
   * @throws {GoogleOperationsError} `FAILED` where no outcome could be recorded, `TERMINATED` where the
   * workflow was ended from outside, `NOT_FOUND` where no workflow follows or followed the operation,
   * `WORKFLOW_ID_CONFLICT` where one of another type has its id
   */
  result({ signal }: WaitOptions = {}): Promise<OperationResult> {
    return withSignal(this.#client, signal, async () => {
      const result = await (this.runId === undefined ? this.#ownResult() : this.#resultOf(this.runId));
      return this.origin === 'earlier' ? { ...result, earlier: true } : result;
    });
  }

  /**
   * Reads the status from the workflow, which needs a worker, and the pending activity's state from
   * Temporal. A closed workflow needs no worker.
   *
   * @throws {GoogleOperationsError} as `result`, and `PAUSED`
   */
  status({ signal }: WaitOptions = {}): Promise<LiveStatus> {
    return withSignal(this.#client, signal, async () => {
      const description = await requestAbout(`the workflow of ${this.name}`, () =>
        describeWorkflow(this.#client, this.workflowId),
      );
      assertOwnType(description);
      if (!isOpen(description)) return statusOfResult(await this.#resultOf());
      if (description.status.name === 'PAUSED') {
        const message = `The workflow ${this.workflowId} is PAUSED in Temporal, and answers once it is unpaused.`;
        throw new GoogleOperationsError('PAUSED', message);
      }
      const status = await this.#request((workflow) => workflow.query<OperationStatus>(messages.status));
      const pending = await pendingActivity(description, this.#client.options.loadedDataConverter);
      if (pending === undefined || status.state === 'DONE') return status;
      return { ...status, polls: status.polls + pending.polls, pending };
    });
  }

  /**
   * Has the workflow cancel the operation, and returns the status: for an operation that is final already,
   * the one with its outcome. With `waitForWorker: false` it returns nothing.
   *
   * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field, else as `result`. With
   * `waitForWorker: false` an operation that no workflow follows any more is `NOT_FOUND`
   */
  abort(input: AbortInput | undefined, options: RequestOptions & { waitForWorker: false }): Promise<void>;
  abort(input?: AbortInput, options?: RequestOptions & { waitForWorker?: true | undefined }): Promise<OperationStatus>;
  async abort(
    input: AbortInput = {},
    { waitForWorker = true, requestId, signal }: RequestOptions = {},
  ): Promise<OperationStatus | void> {
    // Checked here too, because the workflow drops the bad fields of a signal, and megabytes of text would
    // not reach it.
    const abort = parseOrClientError(() => parseAbort(input));
    return withSignal<OperationStatus | void>(this.#client, signal, () =>
      waitForWorker ? this.#update(messages.abort, abort, signal, requestId) : this.#abortBySignal(abort, requestId),
    );
  }

  async #abortBySignal(abort: AbortInput, requestId: string | undefined): Promise<void> {
    await this.#request((workflow) =>
      workflow.signal(messages.abort, abort, ...(requestId === undefined ? [] : [requestId])),
    );
    await describeOwn(this.#client, this.workflowId);
  }

  /**
   * Replaces options of the workflow, counted from its start, and returns the status: for an operation that is final
   * already, the one with its outcome.
   *
   * @throws {GoogleOperationsError} as `abort`
   */
  adjust(input: AdjustInput, { signal }: WaitOptions = {}): Promise<OperationStatus> {
    const adjustment = parseOrClientError(() => parseAdjust(input));
    return withSignal(this.#client, signal, () => this.#update(messages.adjust, adjustment, signal));
  }

  /**
   * Has the workflow poll once, at once, beside its other polls. Returns once Temporal has stored the request.
   *
   * @throws {GoogleOperationsError} `NOT_FOUND` where no workflow follows the operation
   */
  async poll({ signal }: WaitOptions = {}): Promise<void> {
    await withSignal(this.#client, signal, () => this.#request((workflow) => workflow.signal(messages.poll)));
  }

  async #update(
    message: string,
    argument: AbortInput | AdjustInput,
    signal: AbortSignal | undefined,
    updateId?: string,
  ): Promise<OperationStatus> {
    const options = withoutUndefined({ args: [argument] as [object], updateId });
    try {
      const status = await waitUnlessForeign(this.#client, this.workflowId, signal, () =>
        this.#client.workflow.getHandle(this.workflowId).executeUpdate<OperationStatus, [object]>(message, options),
      );
      await describeOwn(this.#client, this.workflowId);
      return status;
    } catch (error) {
      if (!(error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError)) throw error;
      // A worker of another version may refuse a field that this version takes.
      if (error.cause instanceof ApplicationFailure && error.cause.type === 'INVALID_ARGUMENT')
        throw new GoogleOperationsError('INVALID_ARGUMENT', error.cause.message, undefined, { cause: error });
      // Rejected because the operation is final, or the workflow has closed: there is a result, or there will
      // be at once.
      return statusOfResult(await this.#ownResult());
    }
  }

  /** The result of the latest run, once its type is checked. */
  async #ownResult(): Promise<OperationResult> {
    const latest = await describeOwn(this.#client, this.workflowId);
    return this.#resultOf(latest?.runId);
  }

  /** The result of a run, or of the one that a reset has put in its place. */
  async #resultOf(runId?: string): Promise<OperationResult> {
    try {
      return await this.#request((workflow) => workflow.result(), runId);
    } catch (error) {
      if (runId === undefined || !(error instanceof GoogleOperationsError) || error.code !== 'TERMINATED') throw error;
      const { raw } = await describeWorkflow(this.#client, this.workflowId, runId);
      const { resetRunId } = raw.workflowExtendedInfo ?? {};
      if (!resetRunId) throw error;
      return this.#resultOf(resetRunId);
    }
  }

  #request<T>(request: (workflow: WorkflowHandle<OperationWorkflow>) => Promise<T>, runId?: string): Promise<T> {
    const workflow = this.#client.workflow.getHandle<OperationWorkflow>(this.workflowId, runId);
    return requestAbout(`the workflow of ${this.name}`, () => request(workflow));
  }
}

type OperationWorkflow = () => Promise<OperationResult>;

/** The status of a workflow that ended with this result. */
function statusOfResult(result: OperationResult): OperationStatus {
  const { responseOmitted: _, kind, ...rest } = result;
  return { state: 'DONE', ...(kind !== OPERATION_KIND && { kind }), ...rest };
}
