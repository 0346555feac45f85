import type { Status } from '../../client/status.js';
import { formatDuration } from '../../contract/duration.js';
import { OPERATION_RUNNING } from '../../contract/messages.js';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { Cancellation, OperationResult } from '../../contract/result.js';
import { printable } from './printable.js';
import { WIDTH, wrap } from './text.js';

/** `1 look`, `2 looks`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** What is known of an operation that is followed: what the service answered, what the last look met, how many there were. */
export function wordsForStatus(status: Status): string {
  const { cancellation, polls, pending } = status;
  const trouble = troubleOf(status);
  return [
    `cancel ${answerOf(cancellation)}`,
    ...(trouble === undefined ? [] : [`last answer: ${trouble}`]),
    ...(pending?.nextAttemptAt === undefined ? [] : [`next look ${inTime(pending.nextAttemptAt)}`]),
    count(polls, 'poll'),
  ].join(', ');
}

/** What changes when something has happened: the counts are left out. */
export function fingerprint(status: Status): string {
  return [status.state, answerOf(status.cancellation), troubleOf(status)?.replaceAll(/\d+/g, '#')].join();
}

/** Why the last attempt of the pending activity failed; that the operation runs is no trouble. */
export function troubleOf({ pending }: Status): string | undefined {
  const { lastError } = pending ?? {};
  if (lastError === undefined || lastError.type === OPERATION_RUNNING) return undefined;
  return shortMessage(lastError.type, lastError.message);
}

/** What the service answered to the cancel: goes after the word "cancel". */
export function answerOf({ status, error }: Cancellation): string {
  const why = error === undefined ? '' : `: ${shortMessage(error.status, error.message)}`;
  switch (status) {
    case 'NOT_REQUESTED':
      return 'not asked for';
    case 'REQUESTED':
      return `asked for, no answer known yet${why}`;
    case 'ACCEPTED':
      return 'accepted';
    case 'NOT_SUPPORTED':
      return `not supported${why}`;
    default:
      return `refused${why}`;
  }
}

// The record names the call, the operation and the code; here the first two are known, and the pace is shown apart.
function shortMessage(type: string, message: string): string {
  const short = message
    .replace(/^\w+ (?:of|for) \S+: /, '')
    .replace(/ Trying again in [\d.]+ \w+\.$/, '')
    .slice(0, 300);
  return printable(short.startsWith(type) ? short : `${type}: ${short}`);
}

/** What an outcome means, with what the service answered or the operation failed with. */
function wordsForResult(result: OperationResult): string {
  const { outcome, cancellation, operation } = result;
  const sentence = outcomeSentence(result);
  if (outcome === 'NOT_CANCELLABLE' || outcome === 'STILL_RUNNING')
    return `${sentence}; cancel ${answerOf(cancellation)}`;
  const message = outcome === 'FAILED' ? (operation?.error?.message ?? '') : '';
  return message === '' ? sentence : `${sentence}: ${printable(message)}`;
}

/** A result for people: the name, then what came of it and what it took. */
export function textOfResult(result: OperationResult): string {
  const { name, outcome, cancellation, polls, startedAt, finishedAt } = result;
  const took = formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  const counts = `${count(cancellation.timesSent, 'cancel')}, ${count(polls, 'poll')}, ${took}`;
  const lines = wrap(`${outcome}: ${wordsForResult(result)} (${counts})`, WIDTH - 2);
  return [printable(name), ...lines.map((line) => `  ${line}`)].join('\n');
}

function inTime(time: string): string {
  const ms = Date.parse(time) - Date.now();
  return ms < 500 ? 'now' : `in ${formatDuration(ms)}`;
}
