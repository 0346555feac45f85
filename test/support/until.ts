import { setTimeout as delay } from 'node:timers/promises';

/** Beyond any machine's slowness: what has not come about by then never will. */
export const PATIENCE_MS = 60_000;

const ASK_EVERY_MS = 25;

/** Asks again and again until it is so. @throws Error with the last answer, where it is not so in time */
export async function until<T>(
  ask: () => Promise<T>,
  isSo: (value: T) => boolean,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (Date.now() > end) throw new Error(`Not so within ${timeoutMs} ms; the last answer: ${JSON.stringify(value)}`);
    await delay(ASK_EVERY_MS);
  }
}

/** Asks again and again until there is an answer. @throws Error that says what for, where there is none in time */
export async function untilFound<T>(ask: () => Promise<T | undefined>, what: () => string): Promise<T> {
  const found = await until(ask, (value) => value !== undefined).catch(() => undefined);
  if (found === undefined) throw new Error(`Not within ${PATIENCE_MS} ms: ${what()}`);
  return found;
}
