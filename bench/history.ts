import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** What an execution has cost Temporal. */
export interface Cost {
  events: number;
  bytes: number;
  /** Billable actions of Temporal Cloud, estimated from the history; heartbeats, which it does not show, are not among them. */
  actions: number;
  /** Attempts of activities, the first ones among them. */
  attempts: number;
  /** Changes of state that the Temporal server has written. */
  transitions: number;
}

/** Reads the cost of an execution that has ended. */
export async function costOf(handle: WorkflowHandle): Promise<Cost> {
  const [history, { historySize = 0, raw }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  const events = history.events ?? [];
  return {
    events: events.length,
    bytes: historySize,
    actions: actionsOf(events),
    attempts: events.reduce(
      (sum, { activityTaskStartedEventAttributes: started }) => sum + (started?.attempt ?? 0),
      0,
    ),
    transitions: Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0),
  };
}

/**
 * Billable actions as the Temporal UI estimates them: starts, timers, signals, updates, search attributes and attempts of
 * activities count one each, the markers of one workflow task one together (Temporal Cloud's list of actions).
 */
export function actionsOf(events: readonly HistoryEvent[]): number {
  let actions = 0;
  const markedTasks = new Set<string>();
  for (const [index, event] of events.entries()) {
    if (event.workflowExecutionStartedEventAttributes) actions += 1;
    else if (event.activityTaskScheduledEventAttributes) actions += 1;
    // A retry is an action; the first attempt is its schedule's.
    else if (event.activityTaskStartedEventAttributes)
      actions += (event.activityTaskStartedEventAttributes.attempt ?? 1) - 1;
    else if (event.timerStartedEventAttributes) actions += 1;
    // The signal of a signal-with-start is part of the start.
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
