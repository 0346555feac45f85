import type { CancelAnswer, PollState } from '../contract/activities.js';
import type { AbortInput, ParsedInput } from '../contract/input.js';
import type { Operation } from '../contract/operation.js';
import type { Outcome } from '../contract/outcome.js';
import type {
  AnsweredError,
  Cancellation,
  WorkflowState,
  OperationStatus,
  OperationResult,
} from '../contract/result.js';

const MAX_STATUS_OPERATION_LENGTH = 64 * 1024;
const MAX_RESEND_MS = 6 * 3_600_000;

/** All that a workflow knows, as plain data: a continued run begins with it. Times in ms since 1970. */
export interface Progress {
  startedAt: number;
  aborts: number;
  /** The first abort: who, why and when. */
  abort?: AbortInput & { at: number };
  status: Cancellation['status'];
  acceptedAt?: number;
  timesSent: number;
  error?: AnsweredError;
  /** When the next cancel is due. */
  cancelAt?: number;
  /** What is waited after the next answer before the cancel is sent once more, in ms; 0 is for ever. */
  resendAfter: number;
  pollState: PollState;
  /** HTTP looks of the activities that ended. */
  polls: number;
  operation?: Operation;
  omitted: boolean;
  wasAlreadyDone: boolean;
  /** How it ended, and when that was seen. */
  end?: { outcome: Outcome; at: number };
}

/** The progress of a workflow that has done nothing yet. */
export function initialProgress(request: ParsedInput, startedAt: number): Progress {
  return {
    startedAt,
    aborts: 0,
    status: 'NOT_REQUESTED',
    timesSent: 0,
    resendAfter: request.resendCancelAfter,
    pollState: { polls: 0, failures: 0 },
    polls: 0,
    omitted: false,
    wasAlreadyDone: false,
  };
}

/** Counts an abort. The first one is the recorded one, and makes the cancel due at once. */
export function recordAbort(progress: Progress, abort: AbortInput, at: number): void {
  progress.aborts += 1;
  if (progress.abort !== undefined) return;
  progress.abort = { ...abort, at };
  progress.status = 'REQUESTED';
  progress.cancelAt = at;
}

/** Takes over what an ended activity remembered, and counts its looks. */
export function recordPollState(progress: Progress, pollState: PollState | undefined): void {
  if (pollState === undefined) return;
  progress.polls += pollState.polls;
  const seenAt = Math.max(pollState.seenAt ?? 0, progress.pollState.seenAt ?? 0);
  progress.pollState = { ...pollState, polls: 0, failures: 0, ...(seenAt === 0 ? {} : { seenAt }) };
  if (seenAt === (pollState.seenAt ?? 0)) return;
  // Seen meanwhile by another look: what this one missed is no news.
  delete progress.pollState.notFoundSince;
  delete progress.pollState.deniedSince;
}

/** Takes over what Google answered to a cancel, and sets the time of the next one. Once accepted it stays accepted. */
export function recordAnswer(progress: Progress, answer: CancelAnswer, now: number): void {
  progress.timesSent += 1;
  progress.polls += answer.pollState.polls;
  if (answer.error === undefined) delete progress.error;
  else progress.error = answer.error;
  if (answer.status === 'ACCEPTED') progress.acceptedAt ??= answer.at;
  if (progress.status !== 'ACCEPTED') progress.status = answer.status;
  delete progress.cancelAt;
  if (progress.resendAfter > 0 && progress.status !== 'NOT_SUPPORTED') {
    // By the workflow's clock, for the worker's may be another.
    progress.cancelAt = now + progress.resendAfter;
    progress.resendAfter = Math.min(progress.resendAfter * 2, Math.max(MAX_RESEND_MS, progress.resendAfter));
  }
}

/** Where the workflow stands. */
export function stateOf(progress: Progress): WorkflowState {
  if (progress.end !== undefined) return 'DONE';
  if (progress.pollState.seenAt === undefined) return 'PENDING';
  return progress.abort === undefined ? 'WATCHING' : 'CANCELLING';
}

/** The record of the cancellation, as the result and the status show it. */
export function cancellationOf(progress: Progress): Cancellation {
  const { abort, acceptedAt, error, wasAlreadyDone } = progress;
  const status = wasAlreadyDone ? 'NOT_REQUESTED' : progress.status;
  return {
    status,
    won: progress.end?.outcome === 'CANCELLED' && status === 'ACCEPTED',
    ...(abort?.reason === undefined ? {} : { reason: abort.reason }),
    ...(abort?.requestedBy === undefined ? {} : { requestedBy: abort.requestedBy }),
    ...(abort === undefined || wasAlreadyDone ? {} : { requestedAt: iso(abort.at) }),
    ...(acceptedAt === undefined ? {} : { acceptedAt: iso(acceptedAt) }),
    aborts: progress.aborts,
    timesSent: progress.timesSent,
    ...(error === undefined ? {} : { error }),
  };
}

/** What the query and the update answer. */
export function statusOf(progress: Progress, request: ParsedInput): OperationStatus {
  const { operation, end } = progress;
  return {
    state: stateOf(progress),
    name: request.name,
    service: request.service,
    cancellation: cancellationOf(progress),
    ...(operation === undefined ? {} : { operation: small(operation) }),
    polls: progress.polls,
    startedAt: iso(progress.startedAt),
    ...(end === undefined ? {} : { outcome: end.outcome }),
  };
}

/** What the workflow returns once it has an outcome. */
export function resultOf(
  progress: Progress,
  request: ParsedInput,
  end: { outcome: Outcome; at: number },
): OperationResult {
  const { operation } = progress;
  return {
    name: request.name,
    service: request.service,
    outcome: end.outcome,
    wasAlreadyDone: progress.wasAlreadyDone,
    cancellation: cancellationOf(progress),
    ...(operation === undefined ? {} : { operation }),
    responseOmitted: progress.omitted,
    polls: progress.polls,
    startedAt: iso(progress.startedAt),
    finishedAt: iso(end.at),
  };
}

// Several statuses may go out in one message of Temporal's, which holds 4 MiB; the result has all of it.
function small(operation: Operation): Operation {
  if (JSON.stringify(operation).length <= MAX_STATUS_OPERATION_LENGTH) return operation;
  const { response: _, metadata: __, ...decisive } = operation;
  return decisive;
}

/** A time as people and JSON read it: RFC 3339 in UTC. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
