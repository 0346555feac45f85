import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

export type Cost = Awaited<ReturnType<typeof costOf>>;

/** Reads the cost of a closed execution. */
export async function costOf(handle: WorkflowHandle) {
  const [history, { historySize = 0, raw }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  const events = history.events ?? [];
  return {
    events: events.length,
    bytes: historySize,
    actions: actionsOf(events),
    /** Attempts of activities, including the first ones. */
    attempts: events.reduce((sum, { activityTaskStartedEventAttributes: started }) => sum + (started?.attempt ?? 0), 0),
    /** State transitions of the Temporal server. */
    transitions: Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0),
  };
}

/**
 * Estimates billable actions of Temporal Cloud, without heartbeats, like the Temporal UI: one for each start, timer, signal, update, upsert of search
 * attributes and attempt of an activity, and one for all markers of a workflow task (Temporal Cloud's list of actions).
 */
export function actionsOf(events: readonly HistoryEvent[]): number {
  let actions = 0;
  const markedTasks = new Set<string>();
  for (const [index, event] of events.entries()) {
    if (event.workflowExecutionStartedEventAttributes) actions += 1;
    else if (event.activityTaskScheduledEventAttributes) actions += 1;
    // A retry is an action; the first attempt is counted with its schedule.
    else if (event.activityTaskStartedEventAttributes)
      actions += (event.activityTaskStartedEventAttributes.attempt ?? 1) - 1;
    else if (event.timerStartedEventAttributes) actions += 1;
    // The signal of a signal-with-start is counted with the start.
    else if (event.workflowExecutionSignaledEventAttributes) actions += index === 1 ? 0 : 1;
    else if (event.workflowExecutionUpdateAcceptedEventAttributes) actions += 1;
    else if (event.upsertWorkflowSearchAttributesEventAttributes) actions += 1;
    else if (event.markerRecordedEventAttributes) {
      const { markerName, workflowTaskCompletedEventId } = event.markerRecordedEventAttributes;
      if (markerName !== 'core_patch') markedTasks.add(String(workflowTaskCompletedEventId));
    }
  }
  return actions + markedTasks.size;
}
