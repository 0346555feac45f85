import type { LiveStatus } from '../../client/operation-handle.js';
import { formatDuration } from '../../contract/duration.js';
import { factsOf } from '../../contract/operation-facts.js';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import { printable } from '../output/printable.js';
import { labelledLines } from '../output/text.js';
import { ago, cancelAnswer, count, lastErrorOf, requestWords } from '../output/words.js';

/** A status for people: the name, then a line for each known field. */
export function textOfStatus(status: LiveStatus, workflowId: string, now = Date.now()): string {
  const { name, kind, state, cancellation, operation, polls, startedAt, finishedAt, failing, pending } = status;
  const { aborts, timesSent } = cancellation;
  const nextAt = pending?.nextAttemptAt;
  const { displayName, progressPercent } = operation === undefined ? {} : factsOf(operation);
  const lines = labelledLines({
    kind,
    title: displayName,
    state: outcomeWords(status) ?? state,
    cancel: cancelAnswer(cancellation),
    requested: aborts === 0 ? undefined : `${count(aborts, 'time')} ${requestWords(cancellation)}`.trim(),
    sent: timesSent === 0 ? undefined : count(timesSent, 'time'),
    polls: `${polls}${nextAt === undefined ? '' : `, next in ${until(nextAt, now)}`}`,
    next: dueWords(status, now),
    progress: progressPercent === undefined ? undefined : `${Math.floor(progressPercent)}%`,
    error: operation?.error && `${operation.error.code} ${operation.error.message ?? ''}`.trim(),
    pending: pending && `${pending.activity}, attempt ${pending.attempt}`,
    failing: failing && `since ${failing.at}: ${failing.message}`,
    'last error': lastErrorOf(status),
    started: `${startedAt} (${ago(startedAt, now)})`,
    ended: finishedAt && `${finishedAt} (${ago(finishedAt, now)}), after ${until(finishedAt, Date.parse(startedAt))}`,
    workflow: workflowId,
  });
  return [printable(name), ...lines].join('\n');
}

function outcomeWords({ state, outcome, wasAlreadyDone = false, finishedAt = '', ...rest }: LiveStatus) {
  if (outcome === undefined) return undefined;
  return `${state}, ${outcome}: ${outcomeSentence({ outcome, wasAlreadyDone, finishedAt, ...rest })}`;
}

/** The events that come by themselves, and when. */
function dueWords({ resendAt, abortAt, timeoutAt }: LiveStatus, now: number): string | undefined {
  const words = [
    resendAt && `the cancel is sent again in ${until(resendAt, now)}`,
    abortAt && `it is aborted in ${until(abortAt, now)}`,
    timeoutAt && `following stops in ${until(timeoutAt, now)}`,
  ];
  return words.filter(Boolean).join('; ') || undefined;
}

function until(time: string, now: number): string {
  return formatDuration(Math.max(0, Date.parse(time) - now));
}
