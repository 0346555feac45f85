import { ApplicationFailure, Context } from '@temporalio/activity';
import { type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { describeWorkflow, isOpen } from '../../client/describe.js';
import { GoogleOperations } from '../../client/google-operations.js';
import { msOf } from '../../client/pending-activity.js';
import { OperationHandle } from '../../client/operation-handle.js';
import { assertOwnType } from '../../client/own-workflow.js';
import { operationRef } from '../../contract/api-version.js';
import type { BulkActivities, ItemReport, ItemRequest, ItemRun } from '../../contract/activities.js';
import type { CancelOperationInput } from '../../contract/input.js';
import { OPERATION_RUNNING } from '../../contract/messages.js';
import { isOutcome } from '../../contract/outcome.js';
import type { OperationsClient } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import { retryLater } from '../failures.js';
import { backoff, jittered } from '../polling/interval.js';
import { type Semaphore, withPermit } from '../semaphore.js';
import { ItemAttempt, MAX_MESSAGE_LENGTH } from './item-attempt.js';
import { waitForClose } from './wait-for-close.js';

/** How long `cancelItem` waits for the first steps of an execution. Most take less than the first check. */
const FIRST_STEPS_MS = 1_000;
const FIRST_STEPS_CHECK_MS = 250;
const LONG_WAIT_MS = 60_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A workflow task that waits this long has no worker, or one that is far behind. */
const UNTAKEN_MS = 5_000;

/** `PENDING_ACTIVITY_STATE_SCHEDULED` of Temporal's API. */
const SCHEDULED = 1;

/** The dependencies of the activities of `cancelOperations`. */
interface BulkDeps {
  /** Attempts of `awaitItem` without a permit check once and leave the waiting to Temporal's timer. */
  waitingItems: Semaphore;
  /** Attempts of `cancelItem` without a permit do not wait for the first steps of their execution. */
  newItems: Semaphore;
  /** Counts the attempts that wait for Temporal's answer to a start, which takes 10 s at most. */
  startingItems: Semaphore;
  /** Knows the rules of this worker. */
  operations: Pick<OperationsClient, 'assertAllowed'>;
}

/** The activities of `cancelOperations`. Their Temporal client is the worker's own. */
export function createBulkActivities(deps: BulkDeps): BulkActivities {
  const { waitingItems, newItems, startingItems, operations } = deps;
  return {
    async cancelItem(request) {
      const attempt = new ItemAttempt();
      return attempt.report(async () => {
        const run = attempt.state ?? (await withPermit(startingItems, () => startOrJoin(operations, request)));
        // This check is first, because an attempt after a killed one must not start a second execution.
        if (attempt.state === undefined) attempt.heartbeatNow(run);
        const report = await withPermit(newItems, (mayWait) => (mayWait ? waitForFirstSteps(run) : undefined));
        return report ?? { kind: 'underWay', run };
      });
    },

    async awaitItem(run) {
      const attempt = new ItemAttempt(run);
      return attempt.report(async () => {
        const report =
          (await reportFromTemporal(run)) ??
          (await withPermit(waitingItems, (mayWait) => (mayWait ? waitForReport(run) : undefined)));
        if (report !== undefined) return report;
        const message = `The cancellation of ${run.name} is still under way`;
        throw retryLater(OPERATION_RUNNING, message, jittered(backoff(attempt.context.info.attempt)));
      });
    },
  };
}

async function startOrJoin(operations: BulkDeps['operations'], { input, requestId }: ItemRequest): Promise<ItemRun> {
  assertAllowed(operations, input);
  const { client, info } = Context.current();
  // By signal, because an update would wait for a worker: another one may follow the operation, and be down.
  const options = { requestId, waitForWorker: false, priority: info.priority };
  const { workflowId, runId, origin } = await client.connection.withDeadline(Date.now() + REQUEST_TIMEOUT_MS, () =>
    new GoogleOperations(client, info).cancel(input, options),
  );
  return { name: input.name, workflowId, runId, ...(origin === 'earlier' && { earlier: true }) };
}

/**
 * The execution may exist already and belong to another worker with wider rules. This one must not abort it.
 *
 * @throws ApplicationFailure
 */
function assertAllowed(operations: BulkDeps['operations'], input: CancelOperationInput): void {
  try {
    operations.assertAllowed(operationRef(input));
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const message = error.message.slice(0, MAX_MESSAGE_LENGTH);
    throw ApplicationFailure.create({ type: error.code, message, nonRetryable: true });
  }
}

/**
 * The outcome of the execution; `undefined` if it still runs after that time.
 *
 * @throws GoogleOperationsError if Temporal does not know it
 */
async function waitForEnd(run: ItemRun, maxWaitMs: number): Promise<ItemReport | undefined> {
  const { client } = Context.current();
  const runId = await waitForClose(client, run, Date.now() + maxWaitMs);
  if (runId === undefined) return undefined;
  const result = await client.connection.withDeadline(Date.now() + REQUEST_TIMEOUT_MS, () =>
    new OperationHandle(client, run.name, run.workflowId, runId || run.runId).result(),
  );
  return reportOf(run, result);
}

/**
 * Waits until no task of the execution waits for a worker, or it has ended: the bulk then begins another one, and never fills
 * the task queue.
 */
async function waitForFirstSteps(run: ItemRun): Promise<ItemReport | undefined> {
  const until = Date.now() + FIRST_STEPS_MS;
  do {
    await Context.current().sleep(FIRST_STEPS_CHECK_MS);
    const description = await describe(run);
    if (!isOpen(description)) return waitForEnd(run, 0);
    const { raw } = description;
    const waits = (raw.pendingActivities ?? []).some(({ state, attempt }) => state === SCHEDULED && attempt === 1);
    if (raw.pendingWorkflowTask == null && !waits) return undefined;
  } while (Date.now() < until);
  return undefined;
}

function describe(run: ItemRun): Promise<WorkflowExecutionDescription> {
  const { client } = Context.current();
  return client.connection.withDeadline(Date.now() + REQUEST_TIMEOUT_MS, () =>
    describeWorkflow(client, run.workflowId, run.runId),
  );
}

/** A workflow that somebody else's worker runs may end with anything, and words from there go into the Temporal UI. */
function reportOf({ workflowId, earlier }: ItemRun, result: unknown): ItemReport {
  const { outcome, cancellation } = (result ?? {}) as { outcome?: unknown; cancellation?: { won?: unknown } };
  if (isOutcome(outcome))
    return { kind: 'ended', outcome, won: cancellation?.won === true, ...(earlier && { earlier }) };
  return { kind: 'failed', type: 'UNKNOWN', message: `The workflow ${workflowId} ended without an outcome` };
}

/** Looks once more when a task can have waited for long, and then waits for the end. */
async function waitForReport(run: ItemRun): Promise<ItemReport | undefined> {
  return (
    (await waitForEnd(run, UNTAKEN_MS)) ?? (await reportFromTemporal(run)) ?? (await waitForEnd(run, LONG_WAIT_MS))
  );
}

/** The report of a check without a wait: its end, or whether a worker takes its workflow task if that has changed. */
async function reportFromTemporal(run: ItemRun): Promise<ItemReport | undefined> {
  try {
    const description = await describe(run);
    assertOwnType(description);
    if (isOpen(description)) {
      const { startedTime, originalScheduledTime } = description.raw.pendingWorkflowTask ?? {};
      const isUntaken =
        originalScheduledTime != null && startedTime == null && msOf(originalScheduledTime) < Date.now() - UNTAKEN_MS;
      const { untaken = false, ...rest } = run;
      if (isUntaken === untaken) return undefined;
      return { kind: 'underWay', run: isUntaken ? { ...rest, untaken: isUntaken } : rest };
    }
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return waitForEnd(run, 0);
}
