import type { OperationArgument } from '../input/operation-name.js';
import type { Session } from './session.js';

/** The session with the task queue that the workflow was started on, whatever the flags say: only its worker can answer. */
export async function onTaskQueueOf(session: Session, { workflowId }: OperationArgument): Promise<Session> {
  const followed = await session.client.workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => undefined);
  const { taskQueue = session.taskQueue } = followed ?? {};
  if (taskQueue === session.taskQueue) return session;
  return { ...session, taskQueue, flags: { ...session.flags, taskQueue } };
}
