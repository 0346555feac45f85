import { randomUUID } from 'node:crypto';
import type { Connection } from '@temporalio/client';

// Enumerations of temporal.api.enums.v1.
const SCHEDULE_ACTIVITY_TASK = 1;
const NORMAL_QUEUE = 1;

/** Schedules an activity on a worker's task queue with a payload of this encoding, as any worker of the namespace may. @returns the id of the workflow */
export async function scheduleActivity(
  connection: Connection,
  taskQueue: string,
  type: string,
  encoding = 'json/plain',
): Promise<string> {
  const { workflowService: service } = connection;
  const [workflowId, namespace] = [`poison-${randomUUID()}`, 'default'];
  const ownQueue = { name: workflowId, kind: NORMAL_QUEUE };
  await service.startWorkflowExecution({
    namespace,
    workflowId,
    workflowType: { name: 'poison' },
    taskQueue: ownQueue,
    requestId: randomUUID(),
  });
  const { taskToken } = await connection.withDeadline(Date.now() + 60_000, () =>
    service.pollWorkflowTaskQueue({ namespace, taskQueue: ownQueue, identity: 'x' }),
  );
  const payload = { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from('{}') };
  await service.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    identity: 'x',
    commands: [
      {
        commandType: SCHEDULE_ACTIVITY_TASK,
        scheduleActivityTaskCommandAttributes: {
          activityId: '1',
          activityType: { name: type },
          taskQueue: { name: taskQueue, kind: NORMAL_QUEUE },
          input: { payloads: [payload] },
          scheduleToCloseTimeout: { seconds: 600 as never },
          startToCloseTimeout: { seconds: 60 as never },
        },
      },
    ],
  });
  return workflowId;
}
