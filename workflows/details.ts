import { codeName } from '../contract/code.js';
import { formatDuration } from '../contract/duration.js';
import type { ParsedInput } from '../contract/input.js';
import { factsOf } from '../contract/operation-facts.js';
import { outcomeSentence } from '../contract/outcome-sentence.js';
import { code, plain, table, time } from './markdown.js';
import type { Progress } from './progress.js';
import { resultOf, stateOf } from './status.js';

/** The details of a workflow in the Temporal UI, in Markdown. */
export function detailsOf(progress: Progress, input: ParsedInput): string {
  const { displayName, progressPercent } = progress.operation === undefined ? {} : factsOf(progress.operation);
  // Labels are one word: the panel of the Temporal UI is narrow, and the names of operations do not break.
  const rows: [string, string | undefined][] = [
    ['Asked', firstAbort(progress)],
    ['Reason', progress.abort?.reason && plain(progress.abort.reason)],
    ['Cancels', cancelCounts(progress)],
    ['Answer', cancelError(progress)],
    ['Next', nextCancel(progress)],
    ['Seen', lastSeen(progress)],
    ['Error', operationError(progress)],
    ['Evidence', progress.end?.evidence && code(progress.end.evidence)],
    ['Failing', failing(progress)],
    ['Since', time(progress.startedAt)],
    ['Until', limits(progress, input)],
    ['Kind', progress.pollState.kind && code(progress.pollState.kind)],
    ['Title', displayName && plain(displayName)],
    ['Progress', progressPercent === undefined ? undefined : `${Math.floor(progressPercent)}%`],
    ['Name', code(input.name)],
    ['Service', `${code(input.service)} ${code(input.apiVersion)}`],
  ];
  return table(headline(progress, input), rows);
}

function headline(progress: Progress, input: ParsedInput): string {
  const { end } = progress;
  if (end !== undefined) return `${end.outcome}: ${outcomeSentence(resultOf(progress, input, end))}.`;
  const state = stateOf(progress);
  if (state === 'PENDING') return 'PENDING: the operation has not been seen yet.';
  if (state === 'WATCHING') return 'WATCHING: the operation is running, and nobody has asked to cancel it.';
  return `${state}: ${cancelState(progress)}`;
}

function cancelState({ status, timesSent, meaning, pollState }: Progress): string {
  if (status === 'ACCEPTED') return 'Google accepted the cancel; the operation has not ended yet.';
  if (timesSent === 0) return 'no answer to the cancel is known yet.';
  if (meaning === 'BEING_CANCELLED') return 'it is being cancelled, but by no cancel that was accepted here.';
  if (meaning === 'NOT_YET') return 'the service will not cancel it yet.';
  return pollState.cancelUnanswered
    ? 'the service refused a cancel, but may have taken one before that got no answer.'
    : 'the service will not cancel it; the operation is running.';
}

function firstAbort({ abort, aborts }: Progress): string | undefined {
  if (abort === undefined) return undefined;
  const by = abort.requestedBy === undefined ? '' : `by ${plain(abort.requestedBy)}, `;
  const more = aborts > 1 ? ` (asked ${aborts} times)` : '';
  return `${by}${time(abort.at)}${more}`;
}

function cancelCounts({ abort, timesSent, acceptedAt, wasAlreadyDone }: Progress): string | undefined {
  if (abort === undefined) return undefined;
  if (timesSent === 0) return wasAlreadyDone ? 'none sent' : 'no answer known yet';
  return `${timesSent} answered, ${acceptedAt === undefined ? 'none accepted' : `accepted ${time(acceptedAt)}`}`;
}

/** The answer to the last cancel, if it was not accepted. */
function cancelError({ error }: Progress): string | undefined {
  return error && `${error.status}: ${plain(error.message)}`;
}

/** The activity that is under way meets nothing but errors. */
function failing({ failing: given }: Progress): string | undefined {
  return given && `since ${time(Date.parse(given.at))}, ${given.status}: ${plain(given.message)}`;
}

/** The error that the operation failed with. The error of a cancelled one says no more than its outcome. */
function operationError({ operation, end }: Progress): string | undefined {
  const error = end?.outcome === 'FAILED' ? operation?.error : undefined;
  return error && `${codeName(error.code) ?? error.code}: ${plain(error.message ?? '')}`;
}

function nextCancel({ cancelAt, end, timesSent }: Progress): string | undefined {
  if (cancelAt === undefined || end !== undefined || timesSent === 0) return undefined;
  return `cancel again ${time(cancelAt)}, unless the operation ends first`;
}

function lastSeen({ pollState, operation, polls, end }: Progress): string | undefined {
  if (pollState.seenAt === undefined) return undefined;
  const seen = `${operation?.done ? 'done' : 'running'} at ${time(pollState.seenAt)}, after ${polls} poll${polls === 1 ? '' : 's'}`;
  // The workflow does not know what a pending activity has seen.
  return end === undefined ? `${seen}; newer polls are under Pending Activities` : seen;
}

/** When following stops, and when the operation is cancelled by `abortAfter`. */
function limits({ startedAt, end, abort }: Progress, input: ParsedInput): string | undefined {
  if (end !== undefined) return undefined;
  const { timeout, abortAfter } = input;
  const texts: string[] = [];
  if (timeout !== undefined) texts.push(`followed until ${time(startedAt + timeout)}`);
  if (abortAfter !== undefined && abort === undefined)
    texts.push(`cancelled after ${formatDuration(abortAfter)}, at ${time(startedAt + abortAfter)}`);
  return texts.join('; ') || undefined;
}
