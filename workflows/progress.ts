import type { CancelAnswer, PollState, RefusalMeaning } from '../contract/activities.js';
import type { AbortInput, Adjustment, ParsedInput } from '../contract/input.js';
import type { Operation } from '../contract/operation.js';
import type { Outcome } from '../contract/outcome.js';
import type { AnsweredError, CancellationStatus, Failing } from '../contract/result.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import type { AwaitResponse, CancelResponse, PollResponse } from './activities.js';

const MAX_RESEND_MS = 6 * 3_600_000;
/** A cancel that was refused as too early is sent again after 5 s, doubling up to the interval of resends. */
const NOT_YET_MS = 5_000;
/** The number of requests to cancel whose requesters and reasons are kept. */
const MAX_REQUESTS = 20;

/** An abort and its time. */
type Abort = AbortInput & { at: number };

/** The outcome, and when it was seen, in ms since 1970. */
export interface End {
  outcome: Outcome;
  evidence?: string;
  at: number;
}

/** The state of a workflow as plain data, which a continued run starts with. Times are in ms since 1970. */
export interface Progress {
  startedAt: number;
  aborts: number;
  /** The first abort: its requester, reason and time. */
  abort?: Abort;
  /** The first 20 aborts. */
  requests?: Abort[];
  /** The options that `adjust` has replaced, in ms. */
  adjustment?: Adjustment;
  /** Somebody has asked for a poll that has not begun. */
  pollRequested?: true;
  /** No reconcile loop covers the operation any more: its polls have to come at their own pace. */
  resumeRequested?: true;
  status: CancellationStatus;
  acceptedAt?: number;
  timesSent: number;
  error?: AnsweredError;
  /** The meaning of the last refusal beyond no. */
  meaning?: RefusalMeaning;
  /** When the last cancel was answered. */
  answeredAt?: number;
  /** When the next cancel is due. */
  cancelAt?: number;
  /** The delay of the resend after the next answer, in ms; 0 is never. */
  resendAfter: number;
  /** How long after the next refusal that says "not yet" it is, in ms. */
  notYetAfter?: number;
  /** The activity that is under way meets nothing but errors. */
  failing?: Failing;
  pollState: PollState;
  /** HTTP polls of the activities that ended. */
  polls: number;
  operation?: Operation;
  omitted: boolean;
  wasAlreadyDone: boolean;
  end?: End;
}

/** The progress of a workflow that has done nothing yet. */
export function initialProgress(input: ParsedInput, startedAt: number): Progress {
  return {
    startedAt,
    aborts: 0,
    status: 'NOT_REQUESTED',
    timesSent: 0,
    resendAfter: input.resendCancelAfter,
    pollState: { polls: 0, failures: 0 },
    polls: 0,
    omitted: false,
    wasAlreadyDone: false,
  };
}

/** Counts an abort. The first one is recorded, and makes the cancel due at once. */
export function recordAbort(progress: Progress, abort: AbortInput, at: number): void {
  progress.aborts += 1;
  const requests = (progress.requests ??= []);
  if (requests.length < MAX_REQUESTS) requests.push({ ...abort, at });
  if (progress.abort !== undefined) return;
  progress.abort = { ...abort, at };
  progress.status = 'REQUESTED';
  progress.cancelAt = at;
}

/** Gives the abort at the start the reason and the requester of the message that came with it, where it has none. */
export function mergeAbort(progress: Progress, given: AbortInput, now: number): void {
  progress.abort = { ...given, ...progress.abort, at: progress.abort?.at ?? now };
  progress.requests = [progress.abort];
}

/** Takes over the poll state of an activity that ended, and counts its polls. */
export function recordPollState(progress: Progress, pollState: PollState | undefined): void {
  if (pollState === undefined) return;
  progress.polls += pollState.polls;
  const seenAt = Math.max(pollState.seenAt ?? 0, progress.pollState.seenAt ?? 0) || undefined;
  // An activity that began before a cancel knows nothing of it.
  const { cancelUnanswered, cancelledByOthers } = progress.pollState;
  progress.pollState = withoutUndefined({
    cancelUnanswered,
    cancelledByOthers,
    ...pollState,
    polls: 0,
    failures: 0,
    seenAt,
  });
  if (seenAt === pollState.seenAt) return;
  // Another activity has seen the operation since these errors began.
  delete progress.pollState.notFoundSince;
  delete progress.pollState.deniedSince;
}

/** Takes over the result of a poll or of an activity that polls. @returns the end, if it saw one */
export function recordPoll(progress: Progress, response: PollResponse | AwaitResponse | undefined): End | undefined {
  if (response === undefined) return undefined;
  const isFirst = progress.pollState.seenAt === undefined;
  recordPollState(progress, response.pollState);
  if ('lost' in response) return { outcome: 'LOST', at: response.at };
  if (!('operation' in response)) return undefined;
  const { operation, omitted, at, verdict, beingCancelled } = response;
  delete progress.failing;
  // The first final state counts. A later one comes from an activity that was still under way.
  if (!progress.operation?.done) {
    progress.operation = operation;
    progress.omitted = omitted;
  }
  // No cancel is sent before the operation has been seen.
  if (isFirst && operation.done) progress.wasAlreadyDone = true;
  if (beingCancelled) recordBeingCancelled(progress, isFirst, at);
  return verdict && { ...verdict, at };
}

/** After a cancel that went unanswered, and a refusal, this is the acceptance of the former. */
function recordBeingCancelled(progress: Progress, isFirst: boolean, at: number): void {
  if (isFirst) progress.pollState.cancelledByOthers = true;
  if (progress.status !== 'REFUSED' && progress.status !== 'NOT_SUPPORTED') return;
  progress.meaning = 'BEING_CANCELLED';
  if (!progress.pollState.cancelUnanswered || progress.pollState.cancelledByOthers) return;
  progress.status = 'ACCEPTED';
  progress.acceptedAt = at;
}

/** Takes over the result of sending a cancel. @returns the end of the operation, if it was seen */
export function recordCancel(progress: Progress, response: CancelResponse, now: number): End | undefined {
  // There is no time left to send another one.
  if ('timedOut' in response) delete progress.cancelAt;
  if (!('status' in response)) return recordPoll(progress, response);
  recordAnswer(progress, response, now);
  return recordPoll(progress, response.end);
}

/** Takes over Google's answer to a cancel, and sets the time of the next one. Once accepted it stays accepted. */
export function recordAnswer(progress: Progress, answer: CancelAnswer, now: number): void {
  if (!answer.unsent) progress.timesSent += 1;
  progress.polls += answer.pollState.polls;
  if (answer.pollState.cancelUnanswered) progress.pollState.cancelUnanswered = true;
  for (const key of ['failing', 'meaning', 'error', 'cancelAt'] as const) delete progress[key];
  Object.assign(progress, withoutUndefined({ meaning: answer.meaning, error: answer.error }));
  if (answer.status === 'ACCEPTED') progress.acceptedAt ??= answer.at;
  if (progress.status !== 'ACCEPTED') progress.status = answer.status;
  // By the workflow's clock, because that of the worker may differ.
  progress.answeredAt = now;
  scheduleResend(progress);
}

/** Sets the time of the next cancel, after the answer to the last one. */
export function scheduleResend(progress: Progress): void {
  const { resendAfter, notYetAfter = NOT_YET_MS, answeredAt, status } = progress;
  // The first cancel has not been answered yet.
  if (answeredAt === undefined) return;
  delete progress.cancelAt;
  if (resendAfter === 0 || status === 'NOT_SUPPORTED') return;
  const isNotYet = status === 'REFUSED' && progress.meaning === 'NOT_YET' && notYetAfter < resendAfter;
  progress.cancelAt = answeredAt + (isNotYet ? notYetAfter : resendAfter);
  if (isNotYet) progress.notYetAfter = notYetAfter * 2;
  else progress.resendAfter = Math.min(resendAfter * 2, Math.max(MAX_RESEND_MS, resendAfter));
}
