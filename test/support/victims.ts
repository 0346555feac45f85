import { setTimeout as delay } from 'node:timers/promises';
import type { GoogleOperations, OperationHandle } from '../../client/index.js';

const CHECK_MS = 50;

/**
 * Cancels an operation, and waits until the cancel is at Google.
 *
 * @param sentAt when the first cancel was there, in ms since 1970
 * @param maxWaitMs one that is later counts as this late
 * @returns how long it took from the call, in ms
 */
export async function timeOfCancel(
  operations: GoogleOperations,
  name: string,
  sentAt: (name: string) => Promise<number | undefined>,
  maxWaitMs: number,
): Promise<{ handle: OperationHandle; ms: number }> {
  const startedAt = Date.now();
  const handle = await operations.cancel({ name }, { waitForWorker: false });
  let at: number | undefined;
  while (at === undefined && Date.now() < startedAt + maxWaitMs) {
    await delay(CHECK_MS);
    at = await sentAt(name);
  }
  return { handle, ms: (at ?? startedAt + maxWaitMs) - startedAt };
}

/** Asks for `/healthz` again and again. @returns a function that ends it, and gives the longest time of an answer, in ms */
export function watchHealth(url: string): () => Promise<number> {
  const ended = new AbortController();
  const asking = (async () => {
    let longest = 0;
    while (!ended.signal.aborted) {
      const from = performance.now();
      const { ok, status } = await fetch(url);
      if (!ok) throw new Error(`${url} answers ${status}`);
      longest = Math.max(longest, performance.now() - from);
      await delay(CHECK_MS);
    }
    return longest;
  })();
  return () => {
    ended.abort();
    return asking;
  };
}
