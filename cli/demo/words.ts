import type { LogEntry } from '../../emulator/index.js';

/** Google's answer to a cancel and what it means, in one line. */
export function wordsForAnswer({ status, effect }: Pick<LogEntry, 'status' | 'effect'>): string {
  const answer = `cancel answered: ${status ?? 'nothing'}`;
  if (effect === 'cancel-accepted') return `${answer}, accepted; that proves nothing yet`;
  if (effect === 'already-done') return `${answer}, although it was already done`;
  return `${answer}, the service will not cancel it`;
}
