import { setTimeout as delay } from 'node:timers/promises';

/** Calls `work` for each item, with at most `maxConcurrent` calls at the same time. */
export async function forEachConcurrently<T>(
  items: readonly T[],
  maxConcurrent: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: Math.min(maxConcurrent, items.length) }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

/** Waits until a condition holds. @throws Error that names the condition, after the timeout */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  { timeoutMs, intervalMs = 500 }: { timeoutMs: number; intervalMs?: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs / 1_000} s: ${what}`);
    await delay(intervalMs);
  }
}
