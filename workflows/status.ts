import type { ParsedInput } from '../contract/input.js';
import { OPERATION_KIND } from '../contract/names.js';
import type { Operation } from '../contract/operation.js';
import type { Cancellation, OperationResult, OperationStatus, WorkflowState } from '../contract/result.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import type { End, Progress } from './progress.js';

const MAX_STATUS_OPERATION_LENGTH = 64 * 1024;

export function stateOf(progress: Progress): WorkflowState {
  if (progress.end !== undefined) return 'DONE';
  if (progress.pollState.seenAt === undefined) return 'PENDING';
  return progress.abort === undefined ? 'WATCHING' : 'CANCELLING';
}

/** The record of the cancellation, as the result and the status show it. */
export function cancellationOf(progress: Progress): Cancellation {
  const { abort, acceptedAt, wasAlreadyDone, aborts, timesSent, error, requests } = progress;
  const status = wasAlreadyDone ? 'NOT_REQUESTED' : progress.status;
  return withoutUndefined({
    status,
    won: progress.end?.outcome === 'CANCELLED' && status === 'ACCEPTED',
    reason: abort?.reason,
    requestedBy: abort?.requestedBy,
    requestedAt: abort && !wasAlreadyDone ? iso(abort.at) : undefined,
    acceptedAt: acceptedAt === undefined ? undefined : iso(acceptedAt),
    aborts,
    timesSent,
    error,
    requests: requests?.map(({ at, ...request }) => ({ at: iso(at), ...request })),
  });
}

/** The answer to the `status` query and the updates. */
export function statusOf(progress: Progress, input: ParsedInput): OperationStatus {
  const { operation, end, polls, startedAt, failing } = progress;
  return withoutUndefined({
    state: stateOf(progress),
    name: input.name,
    service: input.service,
    kind: progress.pollState.kind,
    cancellation: cancellationOf(progress),
    operation: operation && withoutLargeFields(operation),
    polls,
    startedAt: iso(startedAt),
    outcome: end?.outcome,
    failing,
    ...(end === undefined ? dueTimes(progress, input) : endOf(progress, end)),
  });
}

/** When the next things happen by themselves. */
function dueTimes({ startedAt, timesSent, cancelAt, abort }: Progress, { abortAfter, timeout }: ParsedInput) {
  return {
    resendAt: timesSent > 0 && cancelAt !== undefined ? iso(cancelAt) : undefined,
    abortAt: abort === undefined && abortAfter !== undefined ? iso(startedAt + abortAfter) : undefined,
    timeoutAt: timeout === undefined ? undefined : iso(startedAt + timeout),
  };
}

function endOf({ wasAlreadyDone }: Progress, { evidence, at }: End) {
  return { evidence, wasAlreadyDone, finishedAt: iso(at) };
}

/** The result of the workflow. */
export function resultOf(progress: Progress, input: ParsedInput, end: End): OperationResult {
  const { wasAlreadyDone, operation, omitted, polls, startedAt } = progress;
  return withoutUndefined({
    name: input.name,
    service: input.service,
    kind: progress.pollState.kind ?? OPERATION_KIND,
    outcome: end.outcome,
    evidence: end.evidence,
    wasAlreadyDone,
    cancellation: cancellationOf(progress),
    operation,
    responseOmitted: omitted,
    polls,
    startedAt: iso(startedAt),
    finishedAt: iso(end.at),
  });
}

// One message of Temporal may carry several statuses, and has 4 MiB at most. The result has the whole operation.
function withoutLargeFields(operation: Operation): Operation {
  if (JSON.stringify(operation).length <= MAX_STATUS_OPERATION_LENGTH) return operation;
  const { response: _, metadata: __, ...rest } = operation;
  return rest;
}

/** A time in RFC 3339, in UTC. */
function iso(ms: number): string {
  return new Date(ms).toISOString();
}
