import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsOf } from '../../bench/history.js';

type Events = Parameters<typeof actionsOf>[0];

test('actions are starts, timers, attempts, later signals and the markers of each workflow task', () => {
  const marker = (workflowTaskCompletedEventId: number, markerName = 'core_local_activity') => ({
    markerRecordedEventAttributes: { markerName, workflowTaskCompletedEventId },
  });
  const events = [
    { workflowExecutionStartedEventAttributes: {} },
    { workflowExecutionSignaledEventAttributes: {} },
    { workflowTaskScheduledEventAttributes: {} },
    { timerStartedEventAttributes: {} },
    marker(4),
    marker(4),
    marker(4, 'core_patch'),
    marker(9, 'core_patch'),
    { activityTaskScheduledEventAttributes: {} },
    { activityTaskStartedEventAttributes: { attempt: 3 } },
    { workflowExecutionSignaledEventAttributes: {} },
    { upsertWorkflowSearchAttributesEventAttributes: {} },
    { workflowExecutionUpdateAcceptedEventAttributes: {} },
  ] as unknown as Events;
  // The start, a timer, the markers of one task, a schedule, two retries, a signal, search attributes and an update.
  assert.equal(actionsOf(events), 9);
});
