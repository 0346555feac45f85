import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Clock } from '../support/clock.js';

const ASK_EVERY_MS = 1_000;

const MAX_TRIES = 5;

/** Asks Temporal, and again if it does not answer: a server that has just started may be slow. @throws the last error */
export async function persistently<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === MAX_TRIES || error instanceof WorkflowNotFoundError) throw error;
      await clock.pause(ASK_EVERY_MS);
    }
  }
}

/**
 * Waits until nothing runs on a task queue any more but loops, which end when they find so, or until the deadline.
 *
 * @returns the number of running workflows
 */
export async function converge(client: Client, taskQueue: string, clock: Clock, untilMs: number): Promise<number> {
  for (let idle = 0; ;) {
    const { count } = await persistently(clock, () =>
      client.workflow.count(
        `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running' AND WorkflowType != 'reconcileOperations'`,
      ),
    );
    // It checks twice, because visibility is slightly late.
    idle = count === 0 ? idle + 1 : 0;
    if (idle === 2 || clock.now > untilMs) return count;
    await clock.pause(ASK_EVERY_MS);
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
