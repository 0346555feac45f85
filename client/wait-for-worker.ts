import type { Client } from '@temporalio/client';

/**
 * Waits until a worker has taken a workflow's first task, or the workflow has closed: by long polls of its
 * history, which Temporal answers after 20 s at the latest.
 */
export async function untilWorkerHasTaken(client: Client, workflowId: string, runId: string): Promise<void> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      waitNewEvent: true,
      ...(nextPageToken !== undefined && { nextPageToken }),
    });
    const events = page.history?.events ?? [];
    if (events.some(({ workflowTaskCompletedEventAttributes: completed }) => completed != null)) return;
    ({ nextPageToken } = page);
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
}
