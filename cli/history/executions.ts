import type { WorkflowExecutionInfo } from '@temporalio/client';
import { isOpen, lenient } from '../../client/describe.js';
import { GoogleOperationsError } from '../../client/errors.js';
import { OperationHandle } from '../../client/operation-handle.js';
import type { Outcome } from '../../contract/outcome.js';
import type { Cancellation } from '../../contract/result.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import type { OperationArgument } from '../input/operation-name.js';
import { queryStatus, type Session } from '../temporal/session.js';

/** One execution that follows or followed an operation. Times are RFC 3339 in UTC. */
export interface Execution {
  name: string;
  /** `cancelOperation` or `watchOperation`. */
  type: string;
  runId: string;
  /** Temporal's word: `RUNNING`, `PAUSED`, `COMPLETED`, `FAILED`, `TERMINATED`, … */
  status: string;
  startedAt: string;
  finishedAt?: string;
  outcome?: Outcome;
  cancellation?: Cancellation;
  /** Why there is no outcome. */
  error?: { type: string; message: string };
}

const MAX_EXECUTIONS = 100;

/** The latest 100 executions of an operation, newest first. A run that continued as new is part of the next one. */
export async function executionsOf(session: Session, target: OperationArgument): Promise<Execution[]> {
  const executions: Execution[] = [];
  const query = `WorkflowId = "${target.workflowId}"`;
  for await (const info of lenient(session.client).list({ query })) {
    if (info.status.name === 'CONTINUED_AS_NEW') continue;
    executions.push(await executionOf(session, target, info));
    if (executions.length === MAX_EXECUTIONS) break;
  }
  return executions;
}

async function executionOf(
  session: Session,
  target: OperationArgument,
  { type, runId, status, startTime, closeTime }: WorkflowExecutionInfo,
): Promise<Execution> {
  const { name, workflowId } = target;
  return withoutUndefined({
    name,
    type,
    runId,
    status: status.name,
    startedAt: startTime.toISOString(),
    finishedAt: closeTime?.toISOString(),
    ...(isOpen({ status })
      ? await running(session, target)
      : await ended(new OperationHandle(session.client, name, workflowId, runId))),
  });
}

/** Only a worker can tell more of it. */
async function running(session: Session, target: OperationArgument): Promise<Partial<Execution>> {
  const status = await queryStatus(session, target).catch(() => undefined);
  return status === undefined ? {} : { startedAt: status.startedAt, cancellation: status.cancellation };
}

/** How an execution ended: its result, or why there is none. */
export async function ended(handle: OperationHandle): Promise<Partial<Execution>> {
  try {
    const { outcome, cancellation, startedAt, finishedAt } = await handle.result();
    return { outcome, cancellation, startedAt, finishedAt };
  } catch (error) {
    if (!(error instanceof GoogleOperationsError)) throw error;
    return { error: { type: error.failureType ?? error.code, message: error.message } };
  }
}
