import type { OperationArgument } from '../input/operation-name.js';
import { say } from '../output/terminal.js';
import { onTaskQueueOf, type Session } from './session.js';
import { findWorker, noWorkerMessage } from './worker-presence.js';

/**
 * Looks at the task queues of workflows that a command joined, which may be others than its own, and says once for each
 * queue that no worker polls it, which execution is held there, and how to get it to another one.
 *
 * @returns a function that looks at what it has not been given before; it never fails
 */
export function unpolledReporter(session: Session, consequence: string, tell = say) {
  const seen = new Set<string>();
  const reported = new Set([session.taskQueue]);
  return async (targets: readonly Pick<OperationArgument, 'workflowId'>[]): Promise<void> => {
    for (const { workflowId } of targets) {
      if (seen.has(workflowId)) continue;
      seen.add(workflowId);
      const own = await onTaskQueueOf(session, { workflowId });
      if (reported.has(own.taskQueue)) continue;
      const presence = await findWorker(own).catch(() => undefined);
      if (presence?.isAvailable !== false || reported.has(own.taskQueue)) continue;
      reported.add(own.taskQueue);
      tell(noWorkerMessage(own, consequence, presence, workflowId));
    }
  };
}
