import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cancel } from '../../client/index.js';
import type { BenchEnvironment } from '../environment.js';
import { summarize, type Summary } from '../support/statistics.js';

export interface IdleResult {
  /** From the call that starts the workflow to the cancel's arrival at the emulator, in ms. */
  startToCancelMs: Summary;
  /** From the same call to the outcome known here, in ms. The cancel ends the operation at once. */
  startToOutcomeMs: Summary;
}

/** Cancels one operation after the other, each on an idle worker and server. */
export async function runIdle(environment: BenchEnvironment, count: number): Promise<IdleResult> {
  const worker = await environment.startWorker();
  try {
    const times: { toCancel: number; toOutcome: number }[] = [];
    for (let index = -5; index < count; index++) {
      await delay(150);
      const time = await cancelOne(environment, worker.taskQueue);
      if (index >= 0) times.push(time);
    }
    return {
      startToCancelMs: summarize(times.map(({ toCancel }) => toCancel)),
      startToOutcomeMs: summarize(times.map(({ toOutcome }) => toOutcome)),
    };
  } finally {
    await worker.kill();
  }
}

async function cancelOne(
  { client, emulator }: BenchEnvironment,
  taskQueue: string,
): Promise<{ toCancel: number; toOutcome: number }> {
  const name = `projects/p${randomUUID().slice(0, 13)}/locations/us-central1/operations/1`;
  await emulator.add([{ name }]);
  const startedAt = Date.now();
  const cancelling = await cancel(client, { name }, { taskQueue });
  await cancelling.outcome();
  const toOutcome = Date.now() - startedAt;
  const sent = (await emulator.requests(name)).find(({ method }) => method === 'cancel');
  if (sent === undefined) throw new Error(`No cancel of ${name} arrived`);
  return { toCancel: sent.at - startedAt, toOutcome };
}
