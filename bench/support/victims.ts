import { setTimeout as delay } from 'node:timers/promises';
import { GoogleOperations } from '../../client/index.js';
import { newLocation } from '../emulator.js';
import type { BenchEnvironment, BenchWorker } from '../environment.js';

const CHECK_MS = 50;
/** A cancel that is later counts as this late. */
const MAX_WAIT_MS = 60_000;

/**
 * Cancels operations of people, one after the other, while a worker has other things to do.
 *
 * @returns from each start until the cancel is at the emulator, and the longest time of an answer of `/healthz`, in ms
 */
export async function cancelVictims({ client, emulator }: BenchEnvironment, worker: BenchWorker, count: number) {
  const operations = new GoogleOperations(client, worker);
  const names = Array.from({ length: count }, () => `${newLocation()}/operations/1`);
  await emulator.add(names.map((name) => ({ name, onCancel: { kind: 'wins' } })));
  const stop = watchHealth(worker.healthUrl);
  const times: number[] = [];
  for (const name of names) {
    const startedAt = Date.now();
    await operations.cancel({ name }, { waitForWorker: false });
    let sentAt: number | undefined;
    while (sentAt === undefined && Date.now() < startedAt + MAX_WAIT_MS) {
      await delay(CHECK_MS);
      sentAt = (await emulator.requests(name)).find(({ method }) => method === 'cancel')?.at;
    }
    times.push((sentAt ?? startedAt + MAX_WAIT_MS) - startedAt);
    await delay(Math.random() * 2 * CHECK_MS);
  }
  return { times, healthMs: await stop() };
}

/** Asks for `/healthz` again and again. @returns a function that ends it, and gives the longest time of an answer, in ms */
function watchHealth(url: string): () => Promise<number> {
  const ended = new AbortController();
  const asking = (async () => {
    let longest = 0;
    while (!ended.signal.aborted) {
      const from = performance.now();
      await (await fetch(url)).text();
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
