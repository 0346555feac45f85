import type { Client } from '@temporalio/client';
import { parseOperationInput } from '../../../contract/input.js';
import { searchAttributes } from '../../../contract/messages.js';
import type { OperationResult } from '../../../contract/result.js';
import type { Ending, Execution } from './records.js';

type Handle = ReturnType<Client['workflow']['getHandle']>;
export type History = Awaited<ReturnType<Handle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

/** An execution of any type, with its history. */
export interface TemporalRecord {
  workflowId: string;
  runId: string;
  type: string;
  history: History;
  input: unknown;
  startedAt: number;
  closedAt?: number;
  askedAt?: number;
  ending: { kind: 'completed'; result: unknown } | Exclude<Ending, { kind: 'completed' }>;
  taskProblems: string[];
  startAttribute?: string;
}

/** Reads what Temporal stored of an execution. */
export async function readRecord(client: Client, workflowId: string, runId: string): Promise<TemporalRecord> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const events = history.events ?? [];
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  const type = started?.workflowType?.name ?? '';
  const last = events.at(-1);
  const ending = last === undefined ? { kind: 'running' as const } : endingOf(last);
  const asked = type === 'cancelOperation' ? events[0] : events.find(isAbort);
  const fields = started?.searchAttributes?.indexedFields ?? {};
  const startAttribute = decoded(fields[searchAttributes.outcome]);
  return {
    workflowId,
    runId,
    type,
    history,
    input: decoded(started?.input?.payloads?.[0]),
    startedAt: timeOf(events[0]),
    ...(ending.kind !== 'running' && { closedAt: timeOf(last) }),
    ...(asked !== undefined && { askedAt: timeOf(asked) }),
    ending,
    taskProblems: events.flatMap(taskProblem),
    ...(typeof startAttribute === 'string' && { startAttribute }),
  };
}

/** The execution of one operation, with memo and search attribute as they are now. */
export async function executionOf(client: Client, records: TemporalRecord): Promise<Execution> {
  const { workflowId, runId, startedAt, closedAt, taskProblems, startAttribute } = records;
  const type = records.type === 'watchOperation' ? 'watchOperation' : 'cancelOperation';
  const { memo = {}, searchAttributes: found } = await client.workflow.getHandle(workflowId, runId).describe();
  const now = found[searchAttributes.outcome]?.[0];
  const ending: Ending =
    records.ending.kind === 'completed'
      ? { kind: 'completed', result: records.ending.result as OperationResult }
      : records.ending;
  const request = parseOperationInput(type, records.input);
  const byItself = ending.kind === 'completed' && ending.result.cancellation.aborts > 0;
  const askedAt = records.askedAt ?? (byItself ? startedAt + (request.abortAfter ?? 0) : undefined);
  return {
    workflowId,
    runId,
    type,
    request,
    startedAt,
    ...(closedAt !== undefined && { closedAt }),
    ...(askedAt !== undefined && { askedAt }),
    ending,
    memo,
    attribute: {
      ...(startAttribute !== undefined && { atStart: startAttribute }),
      ...(typeof now === 'string' && { now }),
    },
    taskProblems,
  };
}

function isAbort(event: HistoryEvent): boolean {
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name;
  return (
    event.workflowExecutionSignaledEventAttributes?.signalName === 'abort' ||
    update === 'abort' ||
    Boolean(event.workflowExecutionCancelRequestedEventAttributes)
  );
}

function endingOf(event: HistoryEvent): TemporalRecord['ending'] {
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) return { kind: 'completed', result: decoded(completed.result?.payloads?.[0]) };
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) {
    const type = failed.failure?.applicationFailureInfo?.type ?? 'UNKNOWN';
    return { kind: 'failed', type, message: failed.failure?.message ?? '' };
  }
  if (event.workflowExecutionTerminatedEventAttributes) return { kind: 'terminated' };
  if (event.workflowExecutionCanceledEventAttributes) return { kind: 'other', how: 'closed as cancelled' };
  if (event.workflowExecutionTimedOutEventAttributes) return { kind: 'other', how: 'timed out' };
  if (event.workflowExecutionContinuedAsNewEventAttributes) return { kind: 'other', how: 'continued as new' };
  return { kind: 'running' };
}

// temporal.api.enums.v1.WorkflowTaskFailedCause: UNHANDLED_COMMAND, a task that is done again with the message that came
// meanwhile; and FORCE_CLOSE_COMMAND, the task that was under way when somebody terminated the workflow.
const HARMLESS: readonly unknown[] = [1, 17];

// A task that times out is what a killed worker leaves behind.
function taskProblem({ workflowTaskFailedEventAttributes: failed }: HistoryEvent): string[] {
  if (!failed || HARMLESS.includes(failed.cause)) return [];
  return [`a workflow task failed (cause ${failed.cause}): ${failed.failure?.message ?? ''}`];
}

function timeOf(event: HistoryEvent | undefined): number {
  const { seconds, nanos } = event?.eventTime ?? {};
  return Number(seconds ?? 0) * 1_000 + Math.round((nanos ?? 0) / 1e6);
}

function decoded(payload: { data?: Uint8Array | null } | null | undefined): unknown {
  if (!payload?.data || payload.data.length === 0) return undefined;
  return JSON.parse(Buffer.from(payload.data).toString('utf8'));
}
