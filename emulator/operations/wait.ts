import { once } from 'node:events';
import { nextChangeAt, stateAt } from './state.js';
import type { StoredOperation } from './store.js';

/** The milliseconds of a google.protobuf.Duration in JSON form (`"20s"`, `"3.5s"`); `undefined` if it is malformed. */
export function parseTimeout(text: string): number | undefined {
  const [, seconds] = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** Resolves when the operation no longer runs, after `timeoutMs` of real time, or when the signal aborts. */
export async function waitUntilEnded(
  operation: StoredOperation,
  { timeoutMs, now, signal }: { timeoutMs: number; now: () => number; signal: AbortSignal },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!signal.aborted) {
    // The clock is read once for both: an end between two readings would be missed, and the wait would time out.
    const at = now();
    const left = end - performance.now();
    if (left <= 0 || stateAt(operation, at).phase !== 'running') return;
    const timeout = AbortSignal.timeout(Math.ceil(Math.min(left, nextChangeAt(operation, at) - at)));
    await once(operation.changes, 'change', { signal: AbortSignal.any([signal, timeout]) }).catch(() => undefined);
  }
}
