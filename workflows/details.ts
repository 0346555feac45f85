import { formatDuration } from '../contract/duration.js';
import type { FollowRequest } from '../contract/input.js';
import type { Outcome } from '../contract/outcome.js';
import { code, plain, table } from './markdown.js';
import { iso, type Progress, stateOf } from './progress.js';

const ENDS: Record<Outcome, string> = {
  CANCELLED: 'The operation was cancelled.',
  COMPLETED: 'The operation completed.',
  FAILED: 'The operation failed.',
  NOT_CANCELLABLE: 'The service will not cancel the operation. It was still running when last seen.',
  STILL_RUNNING: 'The time was up while the operation was still running.',
  LOST: 'Google no longer knows the operation: it expired or was deleted before its end was seen.',
};

/** Everything a person wants to know, in Markdown, for the details of the workflow in the Temporal UI. */
export function detailsOf(progress: Progress, request: FollowRequest): string {
  const rows: [string, string | undefined][] = [
    ['Operation', code(request.name)],
    ['Service', `${code(request.service)} ${code(request.apiVersion)}`],
    ['Asked for', askedFor(progress)],
    ['Cancels answered', answers(progress)],
    ['Next cancel', nextCancel(progress)],
    ['Last seen', lastSeen(progress)],
    ['Followed since', iso(progress.startedAt)],
    ['Until', until(progress, request)],
  ];
  return table(headline(progress), rows);
}

function headline(progress: Progress): string {
  if (progress.end !== undefined)
    return `${progress.end.outcome}: ${verdict(progress, progress.end.outcome)}`;
  switch (stateOf(progress)) {
    case 'LOOKING':
      return 'LOOKING: the operation has not been seen yet.';
    case 'WATCHING':
      return 'WATCHING: the operation runs, and nobody has asked to cancel it.';
    default:
      return `CANCELLING: ${progress.status === 'ACCEPTED' ? 'Google accepted the cancel; the operation has not ended yet.' : 'the operation runs.'}`;
  }
}

function verdict(progress: Progress, outcome: Outcome): string {
  if (progress.wasAlreadyDone) return `${ENDS[outcome]} It was done before anything was sent.`;
  if (outcome === 'COMPLETED' && progress.status === 'ACCEPTED')
    return 'The operation completed despite the cancel.';
  if (outcome === 'CANCELLED' && progress.status !== 'ACCEPTED')
    return 'The operation was cancelled, not by a cancel that Google accepted here.';
  return ENDS[outcome];
}

function askedFor({ abort, aborts }: Progress): string | undefined {
  if (abort === undefined) return undefined;
  const by = abort.requestedBy === undefined ? '' : ` by ${plain(abort.requestedBy)}`;
  const why = abort.reason === undefined ? '' : `: ${plain(abort.reason)}`;
  const more = aborts > 1 ? ` (${aborts} times)` : '';
  return `${iso(abort.at)}${by}${more}${why}`;
}

function answers(progress: Progress): string | undefined {
  if (progress.abort === undefined) return undefined;
  if (progress.timesSent === 0) return progress.wasAlreadyDone ? 'none sent' : 'none yet';
  const accepted = progress.acceptedAt === undefined ? '' : `, accepted ${iso(progress.acceptedAt)}`;
  const error =
    progress.error === undefined
      ? ''
      : `, the last one ${progress.error.status}: ${plain(progress.error.message)}`;
  return `${progress.timesSent}${accepted}${error}`;
}

function nextCancel({ cancelAt, end }: Progress): string | undefined {
  return cancelAt === undefined || end !== undefined ? undefined : `${iso(cancelAt)}, unless it ends before`;
}

function lastSeen({ trail, operation, polls }: Progress): string | undefined {
  if (trail.seenAt === undefined) return undefined;
  return `${operation?.done ? 'done' : 'running'} at ${iso(trail.seenAt)}, after ${polls} look${polls === 1 ? '' : 's'}`;
}

function until({ startedAt, end, abort }: Progress, request: FollowRequest): string | undefined {
  if (end !== undefined) return undefined;
  const limits = [
    request.timeout === undefined ? [] : [`followed until ${iso(startedAt + request.timeout)}`],
    request.abortAfter === undefined || abort !== undefined
      ? []
      : [`aborted after ${formatDuration(request.abortAfter)}, at ${iso(startedAt + request.abortAfter)}`],
  ].flat();
  return limits.length === 0 ? undefined : limits.join('; ');
}
