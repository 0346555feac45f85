import { workflowInfo } from '@temporalio/workflow';

/** A part of a task's priority for Temporal's matching. The rest is that of the workflow. */
export type Priority = { priorityKey: number };

/** Temporal's keys go from 1, which is first, to 5; a task without one has 3. A server may be set to others. */
const [FIRST_KEY, DEFAULT_KEY, LAST_KEY] = [1, 3, 5];

/** The priority of a cancel: before what else waits with the key of its workflow, such as polls. */
export function beforeOthers(): Priority {
  return { priorityKey: Math.max(FIRST_KEY, ownKey() - 1) };
}

/** The priority of an item of a bulk: after single requests with the key of the bulk, so that these do not wait for it. */
export function afterOthers(): Priority {
  return { priorityKey: Math.min(LAST_KEY, ownKey() + 1) };
}

// Zero stands for none.
function ownKey(): number {
  return workflowInfo().priority?.priorityKey || DEFAULT_KEY;
}
