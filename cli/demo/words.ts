import { codeName } from '../../contract/code.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationResult } from '../../contract/result.js';
import type { LogEntry } from '../../emulator/index.js';

/** What Google's answer to a cancel means, in one line. */
export function wordsForAnswer({ status, effect }: Pick<LogEntry, 'status' | 'effect'>): string {
  const answered = `cancel answered: ${status ?? 'nothing'}`;
  if (effect === 'cancel-accepted') return `${answered}, accepted; it proves nothing yet`;
  if (effect === 'already-done') return `${answered}, though it was done already`;
  return `${answered}, the service will not cancel it`;
}

/** What an outcome means, in one line. */
export function wordsForOutcome(result: OperationResult): string {
  const { outcome, wasAlreadyDone, cancellation, operation } = result;
  if (wasAlreadyDone) return 'done at the first look, so nothing was sent';
  switch (outcome) {
    case 'CANCELLED':
      return cancellation.won ? 'the cancel won' : 'by somebody else';
    case 'COMPLETED':
      return cancellation.status === 'ACCEPTED'
        ? 'the operation won, despite the cancel'
        : 'it ended by itself';
    case 'FAILED':
      return `${errorOf(operation)}, which is no cancellation`;
    case 'NOT_CANCELLABLE':
      return 'one more look shows that it runs on';
    case 'STILL_RUNNING':
      return 'the timeout passed, its end is unknown';
    default:
      return 'Google no longer knows it; nobody saw its end';
  }
}

function errorOf(operation: Operation | undefined): string {
  const code = operation?.error?.code ?? 0;
  const name = codeName(code);
  return name === undefined ? `error ${code}` : `error ${code} (${name})`;
}
