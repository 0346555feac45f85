import type { Client, WorkflowHandle } from '@temporalio/client';
import type { CancelOperationsInput, CancelOperationsProgress, CancelOperationsResult } from '../contract/bulk.js';
import { messages } from '../contract/messages.js';
import { requestAbout } from './errors.js';
import { BULK_TYPES, describeOwn } from './own-workflow.js';
import { type WaitOptions, withSignal } from './with-signal.js';

/** Operations that are cancelled by one workflow. */
export class BulkHandle {
  readonly #client: Client;
  /** Whether the type of the workflow is known. That of a run which was started or joined is. */
  #isChecked: boolean;

  /** Handles come from {@link GoogleOperations}. `runId` is the run that was started or joined, where it is known. */
  constructor(
    client: Client,
    readonly workflowId: string,
    readonly runId?: string,
  ) {
    this.#client = client;
    this.#isChecked = runId !== undefined;
  }

  /**
   * Waits until every cancellation has ended, and returns the counts.
   *
   * @throws {GoogleOperationsError} `FAILED` where the operations cannot be listed, `TERMINATED` where the workflow was
   * ended from outside (what it has started goes on), `NOT_FOUND` where Temporal does not know it,
   * `WORKFLOW_ID_CONFLICT` where it is of another type
   */
  result({ signal }: WaitOptions = {}): Promise<CancelOperationsResult> {
    return this.#request(signal, this.runId, (workflow) => workflow.result());
  }

  /**
   * The progress: matched and started operations and their outcomes. It needs a worker.
   *
   * @throws {GoogleOperationsError} `NOT_FOUND`, `WORKFLOW_ID_CONFLICT`
   */
  progress({ signal }: WaitOptions = {}): Promise<CancelOperationsProgress> {
    return this.#request(signal, undefined, (workflow) => workflow.query<CancelOperationsProgress>(messages.progress));
  }

  /**
   * Starts no more cancellations. Those under way go on and are in the result. A workflow that has ended
   * stays as it is.
   *
   * @throws {GoogleOperationsError} `NOT_FOUND` where Temporal does not know the workflow, `WORKFLOW_ID_CONFLICT`
   * where it is of another type, which stays as it is
   */
  async cancel({ signal }: WaitOptions = {}): Promise<void> {
    await this.#request(signal, undefined, (workflow) => workflow.cancel());
  }

  // A long bulk continues as new: `undefined` is its latest run.
  #request<T>(
    signal: AbortSignal | undefined,
    runId: string | undefined,
    request: (workflow: WorkflowHandle<BulkWorkflow>) => Promise<T>,
  ): Promise<T> {
    const workflow = this.#client.workflow.getHandle<BulkWorkflow>(this.workflowId, runId);
    return withSignal(this.#client, signal, async () => {
      if (!this.#isChecked)
        this.#isChecked = (await describeOwn(this.#client, this.workflowId, runId, BULK_TYPES)) !== undefined;
      return requestAbout(`the workflow ${this.workflowId}`, () => request(workflow));
    });
  }
}

type BulkWorkflow = (input: CancelOperationsInput) => Promise<CancelOperationsResult>;
