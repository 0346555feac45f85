import { codeName } from '../contract/code.js';
import { formatDuration } from '../contract/duration.js';
import type { ParsedInput } from '../contract/input.js';
import type { Outcome } from '../contract/outcome.js';
import { code, plain, table, time } from './markdown.js';
import { type Progress, stateOf } from './progress.js';

const ENDS: Record<Outcome, string> = {
  CANCELLED: 'the cancel won.',
  COMPLETED: 'the operation completed.',
  FAILED: 'the operation failed.',
  NOT_CANCELLABLE: 'the service will not cancel the operation, which was still running when last seen.',
  STILL_RUNNING: 'the time was up while the operation was still running.',
  LOST: 'Google no longer knows the operation: it expired or was deleted before its end was seen.',
};

/** Everything a person wants to know, in Markdown, for the details of the workflow in the Temporal UI. */
export function detailsOf(progress: Progress, request: ParsedInput): string {
  // One word each: the frame of the Temporal UI is narrow, and names do not break.
  const rows: [string, string | undefined][] = [
    ['Asked', askedFor(progress)],
    ['Reason', progress.abort?.reason === undefined ? undefined : plain(progress.abort.reason)],
    ['Cancels', answers(progress)],
    ['Answer', refusal(progress)],
    ['Next', nextCancel(progress)],
    ['Seen', lastSeen(progress)],
    ['Error', failureOf(progress)],
    ['Since', time(progress.startedAt)],
    ['Until', until(progress, request)],
    ['Name', code(request.name)],
    ['Service', `${code(request.service)} ${code(request.apiVersion)}`],
  ];
  return table(headline(progress), rows);
}

function headline(progress: Progress): string {
  if (progress.end !== undefined)
    return `${progress.end.outcome}: ${verdict(progress, progress.end.outcome)}`;
  switch (stateOf(progress)) {
    case 'PENDING':
      return 'PENDING: the operation has not been seen yet.';
    case 'WATCHING':
      return 'WATCHING: the operation runs, and nobody has asked to cancel it.';
    default:
      return `CANCELLING: ${underWay(progress)}`;
  }
}

function underWay({ status, timesSent }: Progress): string {
  if (status === 'ACCEPTED') return 'Google accepted the cancel; the operation has not ended yet.';
  return timesSent === 0
    ? 'no answer to the cancel is known yet.'
    : 'the service will not cancel it; the operation runs.';
}

function verdict(progress: Progress, outcome: Outcome): string {
  if (progress.wasAlreadyDone) return 'the operation was done before anything was sent.';
  if (outcome === 'COMPLETED' && progress.status === 'ACCEPTED')
    return 'the operation completed despite the cancel.';
  if (outcome === 'CANCELLED' && progress.status !== 'ACCEPTED')
    return 'the operation was cancelled, but not by a cancel that Google accepted here.';
  return ENDS[outcome];
}

function askedFor({ abort, aborts }: Progress): string | undefined {
  if (abort === undefined) return undefined;
  const by = abort.requestedBy === undefined ? '' : `by ${plain(abort.requestedBy)}, `;
  const more = aborts > 1 ? ` (asked ${aborts} times)` : '';
  return `${by}${time(abort.at)}${more}`;
}

function answers({ abort, timesSent, acceptedAt, wasAlreadyDone }: Progress): string | undefined {
  if (abort === undefined) return undefined;
  if (timesSent === 0) return wasAlreadyDone ? 'none sent' : 'no answer known yet';
  return `${timesSent} answered, ${acceptedAt === undefined ? 'none accepted' : `accepted ${time(acceptedAt)}`}`;
}

/** What the last cancel was answered, where that was no acceptance. */
function refusal({ error }: Progress): string | undefined {
  return error && `${error.status}: ${plain(error.message)}`;
}

/** What the operation itself ended with; of a cancelled one the outcome says it. */
function failureOf({ operation, end }: Progress): string | undefined {
  const error = end?.outcome === 'FAILED' ? operation?.error : undefined;
  return error && `${codeName(error.code) ?? error.code}: ${plain(error.message ?? '')}`;
}

function nextCancel({ cancelAt, end, timesSent }: Progress): string | undefined {
  if (cancelAt === undefined || end !== undefined || timesSent === 0) return undefined;
  return `cancel again ${time(cancelAt)}, unless the operation ends first`;
}

function lastSeen({ pollState, operation, polls, end }: Progress): string | undefined {
  if (pollState.seenAt === undefined) return undefined;
  const seen = `${operation?.done ? 'done' : 'running'} at ${time(pollState.seenAt)}, after ${polls} look${polls === 1 ? '' : 's'}`;
  // An activity that still tries cannot tell the workflow what it saw.
  return end === undefined ? `${seen}; newer looks are under Pending Activities` : seen;
}

function until({ startedAt, end, abort }: Progress, request: ParsedInput): string | undefined {
  if (end !== undefined) return undefined;
  const limits = [
    request.timeout === undefined ? [] : [`followed until ${time(startedAt + request.timeout)}`],
    request.abortAfter === undefined || abort !== undefined
      ? []
      : [`cancelled after ${formatDuration(request.abortAfter)}, at ${time(startedAt + request.abortAfter)}`],
  ].flat();
  return limits.length === 0 ? undefined : limits.join('; ');
}
