import type { LogEntry } from '../../../emulator/index.js';
import type { Execution, Truth } from './records.js';
import { during } from './requests.js';

/**
 * How long an execution took, in ms, from when it could end: after the faults, its own start, and the end of its operation or
 * its timeout. `undefined` if it has not ended.
 */
export function recoveryOf(execution: Execution, truth: Truth | undefined, faultsEnd: number): number | undefined {
  const { closedAt } = execution;
  if (closedAt === undefined) return undefined;
  return Math.max(0, closedAt - dueOf(execution, truth, faultsEnd));
}

/** The time from which an execution could end, in ms since 1970. */
export function dueOf({ startedAt, request, ending }: Execution, truth: Truth | undefined, faultsEnd: number): number {
  const { notFoundGrace, timeout = Infinity } = request;
  const gone = truth === undefined ? startedAt : Math.max(startedAt, truth.goneAt ?? Infinity);
  const over = Math.min(truth?.end?.at ?? Infinity, gone + notFoundGrace, startedAt + timeout);
  // Refused or denied while the operation runs, it does not wait for the end.
  const isUndecided =
    (ending.kind === 'failed' && ending.type !== 'NOT_FOUND') ||
    (ending.kind === 'completed' && ending.result.outcome === 'NOT_CANCELLABLE');
  const cause = isUndecided || over === Infinity ? startedAt : over;
  return Math.max(faultsEnd, startedAt, cause);
}

/** How long the first cancel of an execution took, in ms, from when it could be sent; `undefined` if none was sent. */
export function sendingOf(execution: Execution, requests: readonly LogEntry[], faultsEnd: number): number | undefined {
  const first = during(requests, execution).find(({ method, fault }) => method === 'cancel' && fault === undefined);
  if (first === undefined || execution.askedAt === undefined) return undefined;
  return Math.max(0, first.at - Math.max(faultsEnd, execution.askedAt));
}
