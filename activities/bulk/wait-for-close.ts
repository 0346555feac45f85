import { type Client, isGrpcCancelledError, isGrpcDeadlineError, isGrpcServiceError } from '@temporalio/client';
import type { ItemRun } from '../../contract/activities.js';

type HistoryRequest = Parameters<Client['workflowService']['getWorkflowExecutionHistory']>[0];

/** Temporal ends a long poll by itself after 20 s. */
const LONG_POLL_MS = 20_000;
/** Temporal answers a second before a request's deadline, and a request with a shorter one at once. */
const DEADLINE_MARGIN_MS = 1_500;
const GRPC_NOT_FOUND = 5;
/** `HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT` of Temporal's API. */
const CLOSE_EVENT = 2 as unknown as NonNullable<HistoryRequest['historyEventFilterType']>;

/**
 * Waits for an execution to close, through its continued runs.
 *
 * The SDK's `result()` repeats its request without a pause in the last second of a deadline: a thousand
 * requests for each wait that times out.
 *
 * @param until when to stop waiting, in ms since 1970
 * @returns the run that closed, `''` if its id is not known, or `undefined` if it still runs. An execution
 * that Temporal does not know counts as closed.
 */
export async function waitForClose(client: Client, run: ItemRun, until: number): Promise<string | undefined> {
  let runId = run.runId ?? '';
  let nextPageToken: Uint8Array | undefined;
  do {
    const waitMs = Math.max(0, Math.min(LONG_POLL_MS, until - Date.now()));
    const request = {
      namespace: client.options.namespace,
      execution: { workflowId: run.workflowId, runId },
      waitNewEvent: true,
      skipArchival: true,
      historyEventFilterType: CLOSE_EVENT,
      ...(nextPageToken !== undefined && { nextPageToken }),
    };
    try {
      const answer = await client.connection.withDeadline(Date.now() + waitMs + DEADLINE_MARGIN_MS, () =>
        client.workflowService.getWorkflowExecutionHistory(request),
      );
      const event = answer.history?.events?.at(-1);
      const continuedRunId = event?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (event !== undefined && !continuedRunId) return runId;
      if (continuedRunId) runId = continuedRunId;
      nextPageToken = continuedRunId ? undefined : answer.nextPageToken;
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return runId;
      if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) return undefined;
      throw error;
    }
  } while (Date.now() < until);
  return undefined;
}
