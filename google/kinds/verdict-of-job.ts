import type { Operation } from '../../contract/operation.js';
import type { Verdict } from '../../contract/outcome.js';
import { statePathOf, type Kind } from './kind.js';

/** Such as `CANCELLING`, `CANCELING` (Dataplex), `CANCEL_PENDING` (Dataproc) and `CANCELLATION_IN_PROGRESS` (Batch). */
const CANCELLING = /^(?:\w+_)?CANCEL(?:L?ING|_PENDING|_STARTED|_IN_PROGRESS|LATION_IN_PROGRESS)$/;

/** Whether a word says that something is being cancelled. */
export function isCancellingWord(word: string): boolean {
  return CANCELLING.test(word);
}

/** The meaning of a job that was read as an Operation, once it is done. */
export function verdictOfJob(kind: Kind, { done, error }: Operation): Verdict | undefined {
  if (!done) return undefined;
  const outcome = error === undefined ? 'COMPLETED' : error.code === 1 ? 'CANCELLED' : 'FAILED';
  return { outcome, evidence: kind.evidence?.[outcome] ?? statePathOf(kind) };
}

/** Whether a job that was read as an Operation is being cancelled. */
export function isJobBeingCancelled(kind: Kind, operation: Operation): boolean {
  const word = wordOf(operation);
  return !operation.done && (isCancellingWord(word) || isOneOf(kind, kind.stopping, word));
}

/** Whether the service refuses to cancel the job for the time being. */
export function isTooEarlyToCancel(kind: Kind, operation: Operation): boolean {
  return !operation.done && isOneOf(kind, kind.early, wordOf(operation));
}

function isOneOf({ prefix = '' }: Kind, words: readonly string[] = [], word: string): boolean {
  return words.some((one) => one === word || prefix + one === word);
}

function wordOf({ metadata }: Operation): string {
  const word = metadata?.['state'];
  return typeof word === 'string' ? word : '';
}
