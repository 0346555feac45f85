import type { LiveStatus } from '../../client/operation-handle.js';
import { formatDuration } from '../../contract/duration.js';
import { OPERATION_RUNNING } from '../../contract/messages.js';
import { OPERATION_KIND } from '../../contract/names.js';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { Cancellation, OperationResult } from '../../contract/result.js';
import { printable } from './printable.js';
import { WIDTH, wrap } from './text.js';

/** `1 poll`, `2 polls`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/**
 * The progress of an operation on one line: the service's answer to the cancel, the last error, the next poll
 * and how many there were.
 */
export function wordsForStatus(status: LiveStatus): string {
  const { cancellation, polls, pending } = status;
  const lastError = lastErrorOf(status);
  return [
    `cancel ${cancelAnswer(cancellation)}`,
    ...(lastError === undefined ? [] : [`last error: ${lastError}`]),
    ...(pending?.nextAttemptAt === undefined ? [] : [`next poll ${inTime(pending.nextAttemptAt)}`]),
    count(polls, 'poll'),
  ].join(', ');
}

/** A text that changes when something has happened: {@link wordsForStatus} without its counts and times. */
export function fingerprint(status: LiveStatus): string {
  const lastError = lastErrorOf(status)?.replaceAll(/\d+/g, '#');
  return [status.state, cancelAnswer(status.cancellation), lastError].join();
}

/** The error of the pending activity's last attempt. An attempt that ended because the operation still runs has none. */
export function lastErrorOf({ pending }: LiveStatus): string | undefined {
  const { lastError } = pending ?? {};
  if (lastError === undefined || lastError.type === OPERATION_RUNNING) return undefined;
  return shortMessage(lastError.type, lastError.message);
}

/** The service's answer to the cancel, to go after the word "cancel". */
export function cancelAnswer({ status, error, aborts }: Cancellation): string {
  if (status === 'NOT_REQUESTED' && aborts > 0) return 'not sent: the operation was done already';
  if (status === 'REQUESTED') return `requested, not answered yet${reasonIn(error)}`;
  const answer = status.toLowerCase().replaceAll('_', ' ');
  return status === 'NOT_SUPPORTED' || status === 'REFUSED' ? answer + reasonIn(error) : answer;
}

function reasonIn(error: Cancellation['error']): string {
  return error === undefined ? '' : `: ${shortMessage(error.status, error.message)}`;
}

// The call, the operation and the next attempt are removed, because they are shown beside the message.
function shortMessage(type: string, message: string): string {
  const short = message
    .replace(/^\w+ (?:of|for) \S+: /, '')
    .replace(/\.? Trying again in [\d.]+ \w+\.$/, '')
    .slice(0, 300);
  return printable(short.startsWith(type) ? short : `${type}: ${short}`);
}

/** The meaning of an outcome, with the service's answer or the operation's error. */
function wordsForResult(result: OperationResult): string {
  const { outcome, cancellation, operation } = result;
  const sentence = outcomeSentence(result);
  if (outcome === 'NOT_CANCELLABLE' || outcome === 'STILL_RUNNING')
    return `${sentence}; cancel ${cancelAnswer(cancellation)}`;
  const message = outcome === 'FAILED' ? (operation?.error?.message ?? '') : '';
  return message === '' ? sentence : `${sentence}: ${printable(message)}`;
}

/** Where every service's outcomes are read: not worth a word. */
const COMMON_EVIDENCE = ['error.code', 'response', 'neither'];

/** A result for people: the name, then the outcome with its counts and the time that it took. */
export function textOfResult(result: OperationResult): string {
  const { name, kind, outcome, evidence, cancellation, polls, startedAt, finishedAt } = result;
  const duration = formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  const source = evidence === undefined || COMMON_EVIDENCE.includes(evidence) ? '' : `, read in ${evidence}`;
  const job = kind === OPERATION_KIND ? '' : `${kind}, `;
  const counts = `${job}${count(cancellation.timesSent, 'cancel')}, ${count(polls, 'poll')}, ${duration}${source}`;
  const lines = wrap(`${outcome}: ${wordsForResult(result)} (${counts})`, WIDTH - 2);
  return [printable(name), ...[...lines, ...earlierLines(result)].map((line) => `  ${line}`)].join('\n');
}

/** That the record is an earlier one, of when, and by whom and why the cancel was asked for. */
function earlierLines({ earlier, finishedAt, cancellation }: OperationResult): string[] {
  if (earlier !== true) return [];
  const ended = `This is an earlier record, and nothing was sent now: it ended at ${finishedAt}, ${ago(finishedAt)}.`;
  const asked = requestWords(cancellation);
  return wrap(asked === '' ? ended : `${ended} The cancel was asked for ${printable(asked)}.`, WIDTH - 2);
}

/** The requester and the reason of the first abort; empty where neither is known. */
export function requestWords({ requestedBy, reason }: Cancellation): string {
  return [requestedBy && `by ${requestedBy}`, reason && `because: ${reason}`].filter(Boolean).join(', ');
}

/** How long ago a time was. */
export function ago(time: string, now = Date.now()): string {
  return `${formatDuration(now - Date.parse(time))} ago`;
}

function inTime(time: string): string {
  const ms = Date.parse(time) - Date.now();
  return ms < 500 ? 'now' : `in ${formatDuration(ms)}`;
}
