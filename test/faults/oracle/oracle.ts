import { isDeepStrictEqual } from 'node:util';
import type { Cancellation, OperationResult } from '../../../contract/result.js';
import { lastSegment } from '../../../contract/names.js';
import type { LogEntry } from '../../../emulator/index.js';
import type { Execution, Interval, Truth } from './records.js';
import { during, isClean, isPoll, shownAt } from './requests.js';

/** The emulator's record of one operation. */
export interface Evidence {
  /** Absent for an operation that never existed. */
  truth: Truth | undefined;
  /** All requests about it, in their order. */
  requests: readonly LogEntry[];
  /** When the emulator refused connections. */
  away: readonly Interval[];
}

// Two processes write down the time of one event.
const SLACK_MS = 50;

/** The problems of the record of an execution, compared with the emulator's record: none if it is true. */
export function problemsIn(execution: Execution, evidence: Evidence): string[] {
  const { ending } = execution;
  if (ending.kind === 'failed') return wrongFailure(ending, execution, evidence);
  if (ending.kind !== 'completed') return [];
  const { result } = ending;
  const record = { ...evidence, requests: during(evidence.requests, execution) };
  return [
    wrongOutcome(result, execution, record),
    wrongOperation(result, record),
    ...wrongCancellation(result, record),
    ...wrongAttributes(result, execution),
  ].filter((problem) => problem !== undefined);
}

function wrongOutcome(
  { outcome }: OperationResult,
  { request, startedAt, closedAt = Infinity }: Execution,
  { truth, requests, away }: Evidence,
): string | undefined {
  if (truth === undefined) return `${outcome} of an operation that was never there`;
  const { end, goneAt } = truth;
  const last = requests.findLast(isPoll);
  switch (outcome) {
    case 'CANCELLED':
    case 'COMPLETED':
    case 'FAILED': {
      if (end === undefined || end.at > closedAt + SLACK_MS) return `${outcome}, and it had not ended`;
      const real = wordFor(end.result.error?.code);
      return real === outcome ? undefined : `${outcome}, and it had ended as ${real}`;
    }
    case 'LOST':
      if (goneAt === undefined) return 'LOST, and it was there';
      if (closedAt + SLACK_MS < goneAt + request.notFoundGrace) return 'LOST before the grace had passed';
      return requests.some((poll) => isPoll(poll) && poll.at < goneAt) ? undefined : 'LOST, and never seen';
    case 'NOT_CANCELLABLE':
      if (request.whenNotCancellable !== 'return') return 'NOT_CANCELLABLE, and it was to be followed';
      if (!refuses(truth)) return 'NOT_CANCELLABLE, and the service takes cancels';
      return endedUnnoticed(truth, last) ? 'NOT_CANCELLABLE, and the last poll showed its end' : undefined;
    case 'STILL_RUNNING':
      break;
  }
  const { timeout } = request;
  if (timeout === undefined) return 'STILL_RUNNING without a timeout';
  if (closedAt + SLACK_MS < startedAt + timeout) return 'STILL_RUNNING before the time was up';
  // The emulator cannot log a poll that met a closed port.
  const missed = away.some(({ from, until }) => from <= closedAt && until >= (last?.at ?? 0));
  return !missed && endedUnnoticed(truth, last) ? 'STILL_RUNNING, and the last poll showed its end' : undefined;
}

// This follows the contract's text without its code, because that code is under test.
function wordFor(code: number | undefined): OperationResult['outcome'] {
  if (code === undefined) return 'COMPLETED';
  return code === 1 ? 'CANCELLED' : 'FAILED';
}

function refuses({ script, goneAt }: Truth): boolean {
  const kind = script.onCancel?.kind ?? 'wins';
  return kind === 'refused' || kind === 'unimplemented' || kind === 'no-route' || goneAt !== undefined;
}

/** True if a poll without any fault shows the end. */
function endedUnnoticed({ end }: Truth, poll: LogEntry | undefined): boolean {
  if (end === undefined || poll === undefined || !isClean(poll) || poll.status !== 200) return false;
  return end.at < shownAt(poll) - SLACK_MS;
}

function wrongOperation(
  { name, outcome, operation, responseOmitted }: OperationResult,
  { truth, requests }: Evidence,
): string | undefined {
  if (operation === undefined) {
    return outcome === 'STILL_RUNNING' ? undefined : `${outcome} without the operation`;
  }
  if (lastSegment(operation.name) !== lastSegment(name)) return `the operation is ${operation.name}`;
  const isFinal = outcome === 'CANCELLED' || outcome === 'COMPLETED' || outcome === 'FAILED';
  if (operation.done !== isFinal) return `${outcome} with an operation that is ${isFinal ? 'not ' : ''}done`;
  const isLarge = truth?.script.responseBytes !== undefined;
  const wasHuge = requests.some(({ fault }) => fault === 'huge-body');
  if (responseOmitted && !isLarge && !wasHuge) return 'responseOmitted, and it was small';
  const { error, response } = truth?.end?.result ?? {};
  if (!isFinal) return undefined;
  if (!isDeepStrictEqual(operation.error, error)) return `another error: ${JSON.stringify(operation.error)}`;
  if (responseOmitted || isLarge) return undefined;
  const shown = error === undefined ? response : undefined;
  return isDeepStrictEqual(operation.response, shown)
    ? undefined
    : `another response: ${JSON.stringify(operation.response)}`;
}

function wrongCancellation(
  { outcome, cancellation, wasAlreadyDone, polls }: OperationResult,
  { requests, away }: Evidence,
): string[] {
  const { status, won, timesSent } = cancellation;
  const cancels = requests.filter(({ method }) => method === 'cancel');
  const answered = cancels.filter((cancel) => cancel.status !== undefined);
  const seen = requests.filter(isPoll).length;
  const problems: string[] = [];
  if (won !== (outcome === 'CANCELLED' && status === 'ACCEPTED' && !wasAlreadyDone)) {
    problems.push(`won is ${won}`);
  }
  if (won && !cancels.some(({ effect }) => effect === 'cancel-accepted' || effect === 'already-done')) {
    problems.push('won, and no cancel was accepted');
  }
  if (timesSent > answered.length) problems.push(`timesSent is ${timesSent} of ${answered.length} cancels answered`);
  if (wasAlreadyDone && status !== 'NOT_REQUESTED') problems.push(`already done, and the cancel is ${status}`);
  if (isAnswer(status) && !answered.some((cancel) => mayMean(cancel).includes(status))) {
    problems.push(`the cancel is ${status}, which nothing answered`);
  }
  if (isAnswer(status) !== timesSent > 0) problems.push(`the cancel is ${status}, sent ${timesSent} times`);
  // A poll that met a closed port is counted by the worker and not logged by the emulator.
  if (away.length === 0 && polls > seen) problems.push(`polls is ${polls} of ${seen} requests`);
  return problems;
}

function isAnswer(status: Cancellation['status']): boolean {
  return status === 'ACCEPTED' || status === 'REFUSED' || status === 'NOT_SUPPORTED';
}

/** The statuses that may be recorded for an answer to a cancel: by its status line if its body was corrupted. */
function mayMean({ status = 0, fault, effect }: LogEntry): Cancellation['status'][] {
  if (status >= 200 && status < 300) return ['ACCEPTED'];
  if (status === 501 || status === 405) return ['NOT_SUPPORTED'];
  if (status === 404) return ['NOT_SUPPORTED', 'REFUSED'];
  // A 403 may come from a wire fault; the operation's own may be late or slow.
  const isRefusal = fault === undefined || effect === 'cancel-refused';
  if (status === 400 || (status === 403 && isRefusal)) return ['REFUSED'];
  return [];
}

function wrongAttributes(
  { outcome, cancellation }: OperationResult,
  { memo, attribute, request }: Execution,
): string[] {
  const problems: string[] = [];
  const wanted = { operation: request.name, outcome, won: cancellation.won };
  for (const [key, value] of Object.entries(wanted)) {
    if (memo[key] !== value) problems.push(`the memo has ${key} ${JSON.stringify(memo[key])}`);
  }
  const shown = attribute.atStart === undefined ? undefined : outcome;
  if (attribute.now !== shown) problems.push(`the search attribute is ${attribute.now ?? 'absent'}`);
  return problems;
}

function wrongFailure(
  { type, message }: { type: string; message: string },
  execution: Execution,
  { truth, requests }: Evidence,
): string[] {
  const wrong = [`failed with ${type}: ${message}`];
  const own = during(requests, execution);
  if (type === 'NOT_FOUND') {
    const { goneAt = Infinity } = truth ?? { goneAt: 0 };
    return goneAt <= (execution.closedAt ?? 0) ? [] : wrong;
  }
  if (type !== 'PERMISSION_DENIED' && type !== 'UNAUTHENTICATED') return wrong;
  const behaviour = truth?.script.onCancel;
  const deniesCancels = behaviour?.kind === 'refused' && behaviour.code === 'PERMISSION_DENIED';
  const wasDenied = own.some(({ method, effect }) => method === 'cancel' && effect === 'cancel-refused');
  if (type === 'PERMISSION_DENIED' && deniesCancels && wasDenied && execution.request.whenNotCancellable === 'return')
    return [];
  // Denied at the first poll that was answered.
  const first = own.find((poll) => isPoll(poll) && (poll.status === 200 || poll.status === 401 || poll.status === 403));
  return first !== undefined && first.status !== 200 ? [] : wrong;
}

/** An operation that ends within this time after the request may have ended before a cancel could be sent. */
const MAX_UNTIL_SENT_MS = 40_000;

/** The problem that no cancel reached the emulator; `undefined` if one did or none was necessary. */
export function lostCancel(execution: Execution, { truth, requests }: Evidence): string | undefined {
  const { askedAt, ending } = execution;
  if (askedAt === undefined || ending.kind === 'terminated' || ending.kind === 'failed') return undefined;
  if (during(requests, execution).some(({ method }) => method === 'cancel')) return undefined;
  if (ending.kind !== 'completed') return 'asked for, and none was sent';
  const { outcome, wasAlreadyDone, cancellation } = ending.result;
  if (wasAlreadyDone) return undefined;
  // The caller's timeout had passed.
  if (outcome === 'STILL_RUNNING') return undefined;
  const overAt = Math.min(truth?.end?.at ?? Infinity, truth?.goneAt ?? Infinity);
  if (cancellation.status === 'REQUESTED' && overAt - askedAt < MAX_UNTIL_SENT_MS) return undefined;
  return `none was sent, and the record says ${outcome}, ${cancellation.status}`;
}
