import { setTimeout as delay } from 'node:timers/promises';

/** The time limit of a wait: far longer than a slow machine needs. */
export const PATIENCE_MS = 60_000;

const READ_EVERY_MS = 25;

/** Calls `read` until a value satisfies `isDone`. @throws Error with the last value if none does in time */
export async function until<T>(
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > end)
      throw new Error(`The condition did not hold within ${timeoutMs} ms; the last value: ${JSON.stringify(value)}`);
    await delay(READ_EVERY_MS);
  }
}

/** Calls `read` until it returns a value. @throws Error with the text of `what` if it returns none in time */
export async function untilFound<T>(read: () => Promise<T | undefined>, what: () => string): Promise<T> {
  const found = await until(read, (value) => value !== undefined).catch(() => undefined);
  if (found === undefined) throw new Error(`Not found within ${PATIENCE_MS} ms: ${what()}`);
  return found;
}
