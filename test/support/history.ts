import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../../worker/index.js';
import type { Handle, World } from './world.js';

export { until } from './until.js';

type History = Awaited<ReturnType<Handle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

/** The events of the execution that a handle names, in order. */
export async function eventsOf(handle: Handle): Promise<HistoryEvent[]> {
  return (await handle.fetchHistory()).events ?? [];
}

/** The kinds of the events, by the names of their attributes: `workflowExecutionStarted`, `timerStarted`, … */
export async function kindsOf(handle: Handle): Promise<string[]> {
  return (await eventsOf(handle)).map(kindOf);
}

export function kindOf(event: HistoryEvent): string {
  const key = Object.keys(event).find((name) => name.endsWith('EventAttributes'));
  return key?.slice(0, -'EventAttributes'.length) ?? 'none';
}

/** The timers that a workflow started, in ms. */
export async function timersOf(handle: Handle): Promise<number[]> {
  return (await eventsOf(handle)).flatMap(({ timerStartedEventAttributes: timer }) =>
    timer ? [toMs(timer.startToFireTimeout)] : [],
  );
}

/** A duration as Temporal writes it, in ms. */
export function toMs(duration: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(duration?.seconds ?? 0) * 1_000 + (duration?.nanos ?? 0) / 1e6;
}

/**
 * Closes a world after checking every history in it: each replays with the current code, and no workflow task
 * failed, except those that Temporal repeats because of a new message. On a busy machine some time out.
 *
 * @param runs earlier runs of executions that continued as new; the last run of each execution is checked without it
 * @throws where a history does not replay, or a workflow task failed or timed out
 */
export async function closeChecked(world: World, runs: readonly Handle[] = []): Promise<void> {
  try {
    const handles = new Map(world.started.map((handle) => [handle.workflowId, handle]));
    const histories = await Promise.all([...handles.values(), ...runs].map(historyOf));
    const problems = histories.flatMap(({ workflowId, history }) =>
      (history.events ?? []).flatMap((event) => {
        const problem = problemOf(event);
        return problem === undefined ? [] : [`${workflowId}: ${problem}`];
      }),
    );
    const options = { workflowBundle: { codePath: workflowBundlePath } };
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
      if (error !== undefined) problems.push(`${workflowId} does not replay: ${String(error)}`);
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));
  } finally {
    await world.close();
  }
}

async function historyOf(handle: Handle) {
  return { workflowId: handle.workflowId, history: await handle.fetchHistory() };
}

// temporal.api.enums.v1.WorkflowTaskFailedCause: the task is repeated with the message that arrived meanwhile.
const UNHANDLED_COMMAND = 1;

function problemOf({ workflowTaskFailedEventAttributes: failed }: HistoryEvent): string | undefined {
  if (!failed || failed.cause === UNHANDLED_COMMAND) return undefined;
  return `a workflow task failed: ${failed.failure?.message ?? String(failed.cause)}`;
}
