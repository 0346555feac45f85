import { nextChangeAt } from './state.js';
import type { OperationStore, StoredOperation } from './store.js';

/** Milliseconds of a google.protobuf.Duration in its JSON form (`"20s"`, `"3.5s"`), or `undefined` where it is none. */
export function parseTimeout(text: string): number | undefined {
  const [, seconds] = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** Resolves when the operation no longer runs, when `timeoutMs` of real time passed, or when the signal aborts. */
export async function untilEnded(
  store: OperationStore,
  operation: StoredOperation,
  { timeoutMs, now, signal }: { timeoutMs: number; now: () => number; signal: AbortSignal },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!signal.aborted && store.state(operation).phase === 'running') {
    const left = end - performance.now();
    if (left <= 0) return;
    const at = now();
    const change = nextChangeAt(operation.script, operation, at) ?? Infinity;
    await untilWoken(operation, Math.min(left, change - at), signal);
  }
}

function untilWoken(operation: StoredOperation, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      operation.listeners.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.ceil(ms));
    operation.listeners.add(wake);
    signal.addEventListener('abort', wake);
  });
}
