import type { Client } from '@temporalio/client';
import type { Clock } from './clock.js';

const LOOK_EVERY_MS = 1_000;

/** Waits until nothing runs on a task queue any more, or until it is too late; then says how many still do. */
export async function converge(
  client: Client,
  taskQueue: string,
  clock: Clock,
  untilMs: number,
): Promise<number> {
  for (let idle = 0; ;) {
    const { count } = await client.workflow.count(
      `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`,
    );
    // Twice: lists are a moment behind.
    idle = count === 0 ? idle + 1 : 0;
    if (idle === 2 || clock.now > untilMs) return count;
    await clock.pause(LOOK_EVERY_MS);
  }
}

/** Every execution of a task queue. */
export async function executionsOf(
  client: Client,
  taskQueue: string,
): Promise<{ workflowId: string; runId: string }[]> {
  const found: { workflowId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) {
    found.push({ workflowId, runId });
  }
  return found;
}
