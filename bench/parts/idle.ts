import { setTimeout as delay } from 'node:timers/promises';
import { GoogleOperations } from '../../client/index.js';
import { newLocation } from '../emulator.js';
import type { BenchEnvironment } from '../environment.js';
import { summarize } from '../support/statistics.js';

export type IdleResult = Awaited<ReturnType<typeof runIdle>>;

/** Cancels one operation after the other, each on an idle worker and server. */
export async function runIdle(environment: BenchEnvironment, count: number) {
  const worker = await environment.startWorker();
  try {
    const times: Awaited<ReturnType<typeof cancelOne>>[] = [];
    for (let index = -5; index < count; index++) {
      await delay(150);
      const time = await cancelOne(environment, worker.taskQueue);
      if (index >= 0) times.push(time);
    }
    return {
      /** From the call that starts the workflow to the cancel's arrival at the emulator, in ms. */
      startToCancelMs: summarize(times.map(({ toCancel }) => toCancel)),
      /** From the same call to the outcome known here, in ms. The cancel ends the operation at once. */
      startToOutcomeMs: summarize(times.map(({ toOutcome }) => toOutcome)),
    };
  } finally {
    await worker.kill();
  }
}

async function cancelOne({ client, emulator }: BenchEnvironment, taskQueue: string) {
  const name = `${newLocation()}/operations/1`;
  await emulator.add([{ name }]);
  const startedAt = Date.now();
  const cancelling = await new GoogleOperations(client, { taskQueue }).cancel({ name });
  await cancelling.result();
  const toOutcome = Date.now() - startedAt;
  const sent = (await emulator.requests(name)).find(({ method }) => method === 'cancel');
  if (sent === undefined) throw new Error(`No cancel of ${name} arrived`);
  return { toCancel: sent.at - startedAt, toOutcome };
}
