import { ApplicationFailure, Context } from '@temporalio/activity';
import { isGrpcDeadlineError } from '@temporalio/client';
import { OperationsClientError } from '../client/error.js';
import { resultOf } from '../client/outcome.js';
import { cancel } from '../client/start.js';
import type { BulkActivities, ItemReport, ItemRequest, ItemRun } from '../contract/activities.js';
import { OPERATION_RUNNING } from '../contract/messages.js';
import { backoff } from './pace.js';

/** Most cancellations settle in seconds: waiting for them here saves an activity. */
const SHORT_WAIT = 8_000;
const LONG_WAIT = 60_000;
const HEARTBEAT_EVERY = 1_500;
const LONGEST_MESSAGE = 300;

/** The activities of `cancelOperations`. Their Temporal client is the worker's own. */
export const bulkActivities: BulkActivities = {
  async cancelItem(request) {
    const begun: unknown = Context.current().info.heartbeatDetails;
    let run: ItemRun | undefined = isRun(begun) ? begun : undefined;
    return reported(
      () => run,
      async () => {
        run ??= await begin(request);
        return (await ended(run, SHORT_WAIT)) ?? { kind: 'underWay', run };
      },
    );
  },

  async awaitItem(run) {
    return reported(
      () => run,
      async () => {
        const report = await ended(run, LONG_WAIT);
        if (report !== undefined) return report;
        throw ApplicationFailure.create({
          type: OPERATION_RUNNING,
          message: `The cancellation of ${run.name} is still under way`,
          nextRetryDelay: backoff(Context.current().info.attempt),
          category: 'BENIGN',
        });
      },
    );
  },
};

async function begin({ input, requestId }: ItemRequest): Promise<ItemRun> {
  const { client, info } = Context.current();
  const { workflowId, runId } = await cancel(client, input, { taskQueue: info.taskQueue, requestId });
  return { name: input.name, workflowId, runId };
}

/** How the execution ended, or `undefined` if it goes on after that time. */
async function ended(
  { workflowId, runId, name }: ItemRun,
  withinMs: number,
): Promise<ItemReport | undefined> {
  const { client } = Context.current();
  try {
    const { outcome } = await client.connection.withDeadline(Date.now() + withinMs, () =>
      resultOf(client, { workflowId, runId }, name),
    );
    return { kind: 'ended', outcome };
  } catch (error) {
    if (isGrpcDeadlineError(error)) return undefined;
    throw error;
  }
}

/** Heartbeats while it works. What concerns this one operation becomes its report; what concerns Temporal is tried again. */
async function reported(
  run: () => ItemRun | undefined,
  work: () => Promise<ItemReport>,
): Promise<ItemReport> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(run()), HEARTBEAT_EVERY);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperationsClientError)) throw error;
    const type = error.failureType ?? error.code;
    return { kind: 'failed', type, message: error.message.slice(0, LONGEST_MESSAGE) };
  } finally {
    context.heartbeat(run());
    clearInterval(timer);
  }
}

function isRun(value: unknown): value is ItemRun {
  return typeof value === 'object' && value !== null && 'workflowId' in value;
}
