import { pendingActivity } from '../../client/pending.js';
import type { Status } from '../../client/status.js';
import type { AbortInput } from '../../contract/input.js';
import type { OperationArgument } from '../input/operation-name.js';
import type { Session } from '../temporal/session.js';

/** A workflow that no worker has run yet has three events at most: started, signalled, first task scheduled. */
const MAX_EVENTS_BEFORE_WORKER = 3;

/**
 * The status of an operation as far as Temporal itself knows it, for when no worker answers: when the
 * workflow was started, its pending activity, and the abort that was asked for, if any. What only the
 * workflow knows has its initial value.
 */
export async function unansweredStatus(
  { client }: Session,
  { name, service, workflowId }: OperationArgument,
  abort: AbortInput | undefined,
): Promise<Status> {
  const description = await client.workflow.getHandle(workflowId).describe();
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
