import { describeWorkflow } from '../../client/describe.js';
import { assertOwnType } from '../../client/own-workflow.js';
import { pendingActivity } from '../../client/pending-activity.js';
import type { LiveStatus } from '../../client/operation-handle.js';
import type { AbortInput } from '../../contract/input.js';
import type { OperationArgument } from '../input/operation-name.js';
import type { Session } from '../temporal/session.js';

/** A workflow that no worker has run yet has three events at most: started, signalled, first task scheduled. */
const MAX_EVENTS_BEFORE_WORKER = 3;

/**
 * The status of an operation from Temporal's own record, if no worker answers: the start of the workflow,
 * its pending activity, and the requested abort, if any. Fields that only the workflow knows have their
 * initial values.
 *
 * @throws {GoogleOperationsError} `WORKFLOW_ID_CONFLICT`
 */
export async function unansweredStatus(
  { client }: Session,
  { name, service, workflowId }: OperationArgument,
  abort: AbortInput | undefined,
): Promise<LiveStatus> {
  const description = await describeWorkflow(client, workflowId);
  assertOwnType(description);
  const isNew = description.historyLength <= MAX_EVENTS_BEFORE_WORKER;
  const pending = await pendingActivity(description, client.options.loadedDataConverter);
  return {
    state: isNew ? 'PENDING' : abort === undefined ? 'WATCHING' : 'CANCELLING',
    name,
    service,
    cancellation: {
      status: abort === undefined ? 'NOT_REQUESTED' : 'REQUESTED',
      won: false,
      ...abort,
      aborts: abort === undefined ? 0 : 1,
      timesSent: 0,
    },
    polls: pending?.polls ?? 0,
    startedAt: description.startTime.toISOString(),
    ...(pending !== undefined && { pending }),
  };
}
