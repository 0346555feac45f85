import { setTimeout as delay } from 'node:timers/promises';
import { GoogleOperations } from '../../client/index.js';
import { timeOfCancel, watchHealth } from '../../test/support/victims.js';
import { newLocation } from '../emulator.js';
import type { BenchEnvironment, BenchWorker } from '../environment.js';

const MAX_PAUSE_MS = 100;
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
  const sentAt = async (name: string) => (await emulator.requests(name)).find(({ method }) => method === 'cancel')?.at;
  const times: number[] = [];
  for (const name of names) {
    times.push((await timeOfCancel(operations, name, sentAt, MAX_WAIT_MS)).ms);
    await delay(Math.random() * MAX_PAUSE_MS);
  }
  return { times, healthMs: await stop() };
}
