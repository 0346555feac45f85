import { setTimeout as delay } from 'node:timers/promises';

/** The result of a promise, or `fallback` if it takes longer than `ms`. */
export async function withTimeout<T, F>(promise: Promise<T>, ms: number, fallback: F): Promise<T | F> {
  const done = new AbortController();
  const timeout = delay(ms, fallback, { signal: done.signal }).catch(() => fallback);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    done.abort();
  }
}
