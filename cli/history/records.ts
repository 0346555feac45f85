import { OPEN_STATUSES } from '../../client/describe.js';
import type { Client } from '@temporalio/client';
import { decodedPayload, msOf } from '../../client/pending-activity.js';
import { BULK_TYPES, FOLLOWER_TYPES } from '../../client/own-workflow.js';
import { areBothRegistered } from '../../client/search-attributes.js';
import { DEFAULT_TASK_QUEUE } from '../../contract/names.js';
import { searchAttributes } from '../../contract/messages.js';
import { isOutcome, type Outcome } from '../../contract/outcome.js';
import type { WorkflowState } from '../../contract/result.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { parseWorkflowId } from '../../contract/workflow-id.js';
import { kindNameOf } from '../../google/kinds/find-kind.js';
import { NO_OUTCOME } from '../input/flags.js';

/** The words of Temporal's `WorkflowExecutionStatus`, by number. */
const STATUSES = [
  '',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED',
  'CONTINUED_AS_NEW',
  'TIMED_OUT',
  'PAUSED',
];
const PAGE_SIZE = 200;

/** The facts that `ls` has of one execution. Times are RFC 3339 in UTC. */
export interface OperationRecord {
  /** Absent where neither the memo nor the workflow id has it. */
  name?: string;
  service?: string;
  /** `operation`, or a job's kind. */
  kind?: string;
  /** `cancelOperation` or `watchOperation`; of a bulk `cancelOperations`. */
  type: string;
  workflowId: string;
  runId: string;
  taskQueue: string;
  /** Temporal's word: `RUNNING`, `COMPLETED`, `FAILED`, `TERMINATED`, … */
  status: string;
  /** Of a running one, where a worker answers. */
  state?: WorkflowState;
  outcome?: Outcome;
  won?: boolean;
  requestedBy?: string;
  reason?: string;
  startedAt: string;
  finishedAt?: string;
  /** Why it ended without an outcome. */
  error?: { type: string; message: string };
}

/** The filters of a list. */
export interface RecordFilter {
  /** Bulks in place of the operations. */
  areBulks?: boolean;
  /** The first segments of the names. */
  parent?: string;
  isRunning?: boolean;
  /** Outcomes, and {@link NO_OUTCOME}. */
  outcomes?: readonly string[];
  /** The earliest start, in ms since 1970. */
  since?: number;
  taskQueue?: string;
}

/**
 * The executions that follow or followed operations, as Temporal's visibility has them: those that run first, then
 * those that ended last. A run that continued as new is part of the next one.
 */
export async function* readRecords(client: Client, filter: RecordFilter): AsyncGenerator<OperationRecord> {
  const { namespace } = client.options;
  const query = queryOf(filter, await areBothRegistered(client));
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize: PAGE_SIZE,
      ...(nextPageToken !== undefined && { nextPageToken }),
    });
    for (const info of page.executions) {
      const record = await recordOf(client, info);
      const isUnder = filter.parent === undefined || record.name?.startsWith(`${filter.parent}/`) === true;
      if (isUnder && (filter.outcomes === undefined || filter.outcomes.includes(outcomeWord(record) ?? '')))
        yield record;
    }
    ({ nextPageToken } = page);
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
}

/** A list filter of Temporal. An execution that was started without search attributes has its outcome in the memo alone. */
export function queryOf(
  { areBulks, isRunning, outcomes, since, taskQueue }: RecordFilter,
  hasAttributes: boolean,
): string {
  const attribute = searchAttributes.outcome;
  const recorded = outcomes?.includes(NO_OUTCOME) === false ? outcomes : undefined;
  return [
    `WorkflowType IN (${(areBulks === true ? BULK_TYPES : FOLLOWER_TYPES).map(quote).join(', ')})`,
    "ExecutionStatus != 'ContinuedAsNew'",
    isRunning === true && "ExecutionStatus = 'Running'",
    recorded && "ExecutionStatus = 'Completed'",
    recorded && hasAttributes && `(${attribute} IS NULL OR ${attribute} IN (${recorded.map(quote).join(', ')}))`,
    since !== undefined && `StartTime >= '${new Date(since).toISOString()}'`,
    taskQueue !== undefined && `TaskQueue = ${quote(taskQueue)}`,
  ]
    .filter(Boolean)
    .join(' AND ');
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

/** Whether a record is one of a bulk, which has no outcome of its own. */
export function isBulk({ type }: Pick<OperationRecord, 'type'>): boolean {
  return BULK_TYPES.includes(type);
}

function outcomeWord({ status, outcome }: OperationRecord): string | undefined {
  return outcome ?? (OPEN_STATUSES.includes(status) ? undefined : NO_OUTCOME);
}

type Info = Awaited<ReturnType<Client['workflowService']['listWorkflowExecutions']>>['executions'][number];

async function recordOf(client: Client, info: Info): Promise<OperationRecord> {
  const { execution, type, status, startTime, closeTime, taskQueue } = info;
  const memo = await memoOf(client, info);
  const workflowId = execution?.workflowId ?? '';
  const ref = parseWorkflowId(workflowId, memo.operation) ?? parseWorkflowId(workflowId);
  const isRecorded = STATUSES[status ?? 0] === 'COMPLETED';
  return withoutUndefined({
    name: ref?.name ?? memo.operation,
    service: ref?.service,
    kind: memo.kind ?? (ref && kindNameOf(ref)),
    type: type?.name ?? '',
    workflowId,
    runId: execution?.runId ?? '',
    taskQueue: taskQueue ?? DEFAULT_TASK_QUEUE,
    status: STATUSES[status ?? 0] ?? 'RUNNING',
    outcome: isRecorded && isOutcome(memo.outcome) ? memo.outcome : undefined,
    won: isRecorded && typeof memo.won === 'boolean' ? memo.won : undefined,
    requestedBy: memo.requestedBy,
    reason: memo.reason,
    startedAt: new Date(startTime ? msOf(startTime) : 0).toISOString(),
    finishedAt: closeTime ? new Date(msOf(closeTime)).toISOString() : undefined,
  });
}

/** The memo as far as it can be decoded: everybody who may start workflows can give them any. */
async function memoOf(client: Client, { memo }: Info) {
  const { fields = {} } = memo ?? {};
  const read = (key: string) => decodedPayload(fields?.[key] ?? undefined, client.options.loadedDataConverter);
  const text = async (key: string): Promise<string | undefined> => {
    const value = await read(key);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    operation: await text('operation'),
    kind: await text('kind'),
    outcome: await text('outcome'),
    won: await read('won'),
    requestedBy: await text('requestedBy'),
    reason: await text('reason'),
  };
}
