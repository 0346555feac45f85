import { setTimeout as delay } from 'node:timers/promises';

/** Does something for each item, with at most so many at once. */
export async function each<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

/** Asks again and again until the answer is yes. @throws Error that says what was waited for in vain */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  { withinMs, everyMs = 500 }: { withinMs: number; everyMs?: number },
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs / 1_000} s in vain for ${what}`);
    await delay(everyMs);
  }
}
