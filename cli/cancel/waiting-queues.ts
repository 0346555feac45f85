import { describeWorkflow, isOpen } from '../../client/describe.js';
import { FOLLOWER_TYPES } from '../../client/own-workflow.js';
import { DEFAULT_SERVICE } from '../../contract/names.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { Session } from '../temporal/session.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';

const MAX_CONCURRENT_READS = 8;

/** The operations of a bulk that wait on one task queue. */
export interface WaitingQueue {
  taskQueue: string;
  /** Whether a worker of this queue gets work. */
  isPolled: boolean;
  names: string[];
}

/** The same with the message of what to do where no worker gets work. */
export interface CheckedQueue extends WaitingQueue {
  message?: string;
}

/**
 * The task queues on which the workflows of operations wait: a bulk joins watches of other workers, too.
 *
 * @param service that of the operations
 */
export async function waitingQueues(
  session: Session,
  names: readonly string[],
  service = DEFAULT_SERVICE,
): Promise<CheckedQueue[]> {
  const byQueue = new Map<string, string[]>();
  await forEachConcurrently(names, MAX_CONCURRENT_READS, async (name) => {
    const description = await describeWorkflow(session.client, workflowIdOf(service, name)).catch(() => undefined);
    // It is not started yet, has ended meanwhile, or somebody else has its id.
    if (description === undefined || !isOpen(description) || !FOLLOWER_TYPES.includes(description.type)) return;
    const { taskQueue } = description;
    byQueue.set(taskQueue, [...(byQueue.get(taskQueue) ?? []), name]);
  });
  const queues: CheckedQueue[] = [];
  for (const [taskQueue, waiting] of byQueue) {
    const own = { ...session, taskQueue, flags: { ...session.flags, taskQueue } };
    const presence = await findWorker(own);
    const consequence = `These wait for one: ${waiting.slice(0, 5).join(', ')}${waiting.length > 5 ? ', …' : ''}.`;
    queues.push({
      taskQueue,
      isPolled: presence.isAvailable,
      names: waiting,
      ...(!presence.isAvailable && { message: noWorkerMessage(own, consequence, presence) }),
    });
  }
  return queues;
}
