import type { LogEntry } from '../../emulator/index.js';

/** What Google's answer to a cancel means, in one line. */
export function wordsForAnswer({ status, effect }: Pick<LogEntry, 'status' | 'effect'>): string {
  const answered = `cancel answered: ${status ?? 'nothing'}`;
  if (effect === 'cancel-accepted') return `${answered}, accepted; it proves nothing yet`;
  if (effect === 'already-done') return `${answered}, though it was done already`;
  return `${answered}, the service will not cancel it`;
}
