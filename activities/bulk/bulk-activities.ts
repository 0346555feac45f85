import { ApplicationFailure, Context } from '@temporalio/activity';
import {
  type Client,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { GoogleOperationsError } from '../../client/error.js';
import { resultOf } from '../../client/outcome.js';
import { cancel } from '../../client/start.js';
import type { BulkActivities, ChildReport, ChildRequest, ChildRun } from '../../contract/activities.js';
import type { CancelOperationInput } from '../../contract/input.js';
import { OPERATION_RUNNING } from '../../contract/messages.js';
import { DEFAULT_API_VERSION, DEFAULT_SERVICE } from '../../contract/names.js';
import type { OperationsClient } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import type { Semaphore } from '../polling/semaphore.js';
import { backoff, jittered } from '../polling/interval.js';

/** How many items of a process may hold an activity slot while they wait: a share that leaves room for the cancels themselves. */
export const MAX_WAITING_CHILDREN = 50;

/** Most cancellations settle in seconds: waiting for them here saves an activity. */
const SHORT_WAIT = 8_000;
const LONG_WAIT = 60_000;
/** Temporal ends a long poll by itself after this long. */
const LONG_POLL = 20_000;
/** It answers a second before the deadline of a request; asked again within that second it would answer at once, again and again. */
const MARGIN = 1_500;
const NOT_FOUND = 5;
/** `HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT` of Temporal's API. */
const CLOSE_EVENT = 2 as unknown as NonNullable<HistoryRequest['historyEventFilterType']>;
const ANSWERS_WITHIN = 10_000;
const HEARTBEAT_EVERY = 1_500;
/** Until then a start that is not answered keeps quiet: a heartbeat without the run would hold back the one with it by seconds. */
const QUIET_FOR = 4_000;
const LONGEST_MESSAGE = 300;

type HistoryRequest = Parameters<Client['workflowService']['getWorkflowExecutionHistory']>[0];

/** What the activities of `cancelOperations` share with their process. */
export interface BulkDeps {
  /** Who may stay and wait. The others look for a moment and leave the waiting to Temporal's timer. */
  holds: Semaphore;
  /** Says what this worker may touch. */
  operations: Pick<OperationsClient, 'check'>;
}

/** The activities of `cancelOperations`. Their Temporal client is the worker's own. */
export function createBulkActivities({ holds, operations }: BulkDeps): BulkActivities {
  return {
    async cancelItem(request) {
      const attempt = new ItemAttempt();
      return attempt.report(async () => {
        const run = attempt.run ?? attempt.remember(await begin(operations, request));
        const report = await held(holds, (mayStay) => (mayStay ? ended(run, SHORT_WAIT) : undefined));
        return report ?? { kind: 'underWay', run };
      });
    },

    async awaitItem(run) {
      const attempt = new ItemAttempt(run);
      return attempt.report(async () => {
        const report = await held(holds, (mayStay) => (mayStay ? ended(run, LONG_WAIT) : peek(run)));
        if (report !== undefined) return report;
        throw later(
          `The cancellation of ${run.name} is still under way`,
          jittered(backoff(attempt.context.info.attempt)),
        );
      });
    },
  };
}

/** One attempt: what it remembers, and how it ends. */
class ItemAttempt {
  readonly context = Context.current();
  private readonly startedAt = Date.now();

  /** @param run the execution, where it is known; else what an attempt before this one remembered */
  constructor(public run: ChildRun | undefined = remembered()) {}

  /** Tells Temporal at once: an attempt that follows a killed one must not start a second execution. */
  remember(run: ChildRun): ChildRun {
    this.run = run;
    this.context.heartbeat(run);
    return run;
  }

  /** Heartbeats while it works. What concerns this one operation becomes its report; what concerns Temporal is tried again. */
  async report(work: () => Promise<ChildReport>): Promise<ChildReport> {
    const timer = setInterval(() => this.heartbeat(), HEARTBEAT_EVERY);
    try {
      return await this.unlessEnded(work());
    } catch (error) {
      if (!(error instanceof GoogleOperationsError)) throw error;
      const type = error.failureType ?? error.code;
      return { kind: 'failed', type, message: error.message.slice(0, LONGEST_MESSAGE) };
    } finally {
      clearInterval(timer);
      if (this.run !== undefined) this.context.heartbeat(this.run);
    }
  }

  // A worker's own connection has no way to abort a request: it is left to its deadline, and nobody waits for it.
  private async unlessEnded<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.context.cancelled]);
    } catch (error) {
      if (this.context.cancellationSignal.aborted)
        throw later('This attempt was ended; another worker goes on', 1);
      throw error;
    }
  }

  private heartbeat(): void {
    if (this.run !== undefined || Date.now() - this.startedAt > QUIET_FOR) this.context.heartbeat(this.run);
  }
}

/**
 * The execution may be there already, and another worker's, which may more: what this one may not touch it must not join and
 * abort either. @throws ApplicationFailure
 */
function demandAllowed(
  operations: BulkDeps['operations'],
  { name, service = DEFAULT_SERVICE, apiVersion = DEFAULT_API_VERSION }: CancelOperationInput,
): void {
  try {
    operations.check({ service, apiVersion, name });
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const message = error.message.slice(0, LONGEST_MESSAGE);
    throw ApplicationFailure.create({ type: error.code, message, nonRetryable: true });
  }
}

async function begin(
  operations: BulkDeps['operations'],
  { input, requestId }: ChildRequest,
): Promise<ChildRun> {
  demandAllowed(operations, input);
  const { client, info } = Context.current();
  const { workflowId, runId } = await cancel(client, input, { taskQueue: info.taskQueue, requestId });
  return { name: input.name, workflowId, runId };
}

async function held<T>(holds: Semaphore, work: (mayStay: boolean) => T): Promise<Awaited<T>> {
  const mayStay = holds.tryAcquire();
  try {
    return await work(mayStay);
  } finally {
    if (mayStay) holds.release();
  }
}

/** How the execution ended, or `undefined` if it goes on after that time. */
async function ended(run: ChildRun, withinMs: number): Promise<ChildReport | undefined> {
  const { client } = Context.current();
  const runId = await closedRun(client, run, Date.now() + withinMs);
  if (runId === undefined) return undefined;
  const { outcome } = await client.connection.withDeadline(Date.now() + ANSWERS_WITHIN, () =>
    resultOf(client, { ...run, ...(runId !== '' && { runId }) }, run.name),
  );
  return { kind: 'ended', outcome };
}

/** The same without a wait, so that any number of items pass through few slots. */
async function peek(run: ChildRun): Promise<ChildReport | undefined> {
  const { client } = Context.current();
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  try {
    const { status } = await client.connection.withDeadline(Date.now() + ANSWERS_WITHIN, () =>
      handle.describe(),
    );
    if (status.name === 'RUNNING') return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return ended(run, 0);
}

/**
 * Waits for an execution to close, through its continued runs.
 *
 * The SDK's `result()` asks without a pause in the last second of a deadline: a thousand requests for each wait that runs out.
 *
 * @param until when to give up, in ms since 1970
 * @returns the run that closed, `''` for one that is not known by its id, or `undefined` where it goes on.
 * What Temporal does not know counts as closed.
 */
export async function closedRun(client: Client, run: ChildRun, until: number): Promise<string | undefined> {
  let runId = run.runId ?? '';
  let nextPageToken: Uint8Array | undefined;
  do {
    const wait = Math.max(0, Math.min(LONG_POLL, until - Date.now()));
    const request = {
      namespace: client.options.namespace,
      execution: { workflowId: run.workflowId, runId },
      waitNewEvent: true,
      skipArchival: true,
      historyEventFilterType: CLOSE_EVENT,
      ...(nextPageToken !== undefined && { nextPageToken }),
    };
    try {
      const answer = await client.connection.withDeadline(Date.now() + wait + MARGIN, () =>
        client.workflowService.getWorkflowExecutionHistory(request),
      );
      const event = answer.history?.events?.at(-1);
      const next = event?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (event !== undefined && !next) return runId;
      if (next) runId = next;
      nextPageToken = next ? undefined : answer.nextPageToken;
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return runId;
      if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) return undefined;
      throw error;
    }
  } while (Date.now() < until);
  return undefined;
}

function later(message: string, nextRetryDelay: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: OPERATION_RUNNING,
    message,
    nextRetryDelay: Math.round(nextRetryDelay),
    category: 'BENIGN',
  });
}

function remembered(): ChildRun | undefined {
  const details: unknown = Context.current().info.heartbeatDetails;
  return isRun(details) ? details : undefined;
}

function isRun(value: unknown): value is ChildRun {
  return typeof value === 'object' && value !== null && 'workflowId' in value;
}
