import { OPEN_STATUSES } from '../../client/describe.js';
import { OperationHandle } from '../../client/operation-handle.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { messages } from '../../contract/messages.js';
import type { OperationStatus } from '../../contract/result.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { say } from '../output/terminal.js';
import { QUERY_TIMEOUT_MS, type Session } from '../temporal/session.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';
import { ended } from './executions.js';
import type { OperationRecord } from './records.js';

const MAX_CONCURRENT_READS = 8;
const AS_AT_START = 'What is shown of the operations that it follows is as of their start.';

/**
 * Adds what the lists of Temporal do not have: the state and the requester of what runs, from its worker, and the
 * failure of what ended without an outcome. Says on stderr which task queues have no worker.
 *
 * @param hasWorker the task queues that were asked for a worker already; new ones are added
 */
export async function completeRecords(
  session: Session,
  records: readonly OperationRecord[],
  hasWorker: Map<string, boolean>,
): Promise<void> {
  const running = records.filter(({ status }) => status === 'RUNNING');
  for (const { taskQueue } of running) {
    if (hasWorker.has(taskQueue)) continue;
    const own = { ...session, taskQueue, flags: { ...session.flags, taskQueue } };
    const presence = await findWorker(own);
    hasWorker.set(taskQueue, presence.isAvailable);
    if (!presence.isAvailable) say(noWorkerMessage(own, AS_AT_START, presence));
  }
  await forEachConcurrently(records, MAX_CONCURRENT_READS, async (record) => {
    const { status, outcome, name = record.workflowId, workflowId, runId, taskQueue } = record;
    if (status === 'RUNNING' && hasWorker.get(taskQueue) === true) Object.assign(record, await liveOf(session, record));
    if (OPEN_STATUSES.includes(status) || outcome !== undefined) return;
    Object.assign(record, await ended(new OperationHandle(session.client, name, workflowId, runId)));
  });
}

/** Only a worker knows it, and an abort of a watcher has a requester of its own. */
async function liveOf({ client }: Session, { workflowId, runId }: OperationRecord): Promise<Partial<OperationRecord>> {
  const workflow = client.workflow.getHandle(workflowId, runId);
  try {
    const status = await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
      workflow.query<OperationStatus>(messages.status),
    );
    const { requestedBy, reason } = status.cancellation;
    return withoutUndefined({ state: status.state, startedAt: status.startedAt, requestedBy, reason });
  } catch {
    // It has ended meanwhile, or its worker is late.
    return {};
  }
}
