import { pendingActivity } from '../../client/pending.js';
import type { Status } from '../../client/status.js';
import type { AbortInput } from '../../contract/input.js';
import type { OperationArgument } from '../input/operation-name.js';
import type { Session } from '../temporal/session.js';

/** Started, signalled, and the first task scheduled: no worker has seen it. */
const UNSEEN_EVENTS = 3;

/**
 * How an operation stands as far as Temporal itself knows, where no worker answers: since when it is followed, and that a
 * cancel has been asked for. What the workflow would add is left at its beginning.
 */
export async function unansweredStatus(
  { client }: Session,
  { name, service, workflowId }: OperationArgument,
  abort: AbortInput | undefined,
): Promise<Status> {
  const description = await client.workflow.getHandle(workflowId).describe();
  const isNew = description.historyLength <= UNSEEN_EVENTS;
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
