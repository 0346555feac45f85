import { setTimeout as delay } from 'node:timers/promises';
import { GoogleOperations } from '../../client/index.js';
import { newLocation } from '../emulator.js';
import { costOf } from '../history.js';
import type { BenchEnvironment } from '../environment.js';
import { summarize } from '../support/statistics.js';

export type IdleResult = ReturnType<typeof toIdle>;

/** What is cancelled in turn: an operation, and a job of the kind that most people cancel on Vertex AI. */
const COLLECTIONS = ['operations', 'customJobs'] as const;

type Measured = Awaited<ReturnType<typeof cancelOne>>;

/** Cancels operations and jobs in turn, one after the other, each on an idle worker and server. */
export async function runIdle(environment: BenchEnvironment, count: number) {
  const worker = await environment.startWorker();
  try {
    const measured: Record<(typeof COLLECTIONS)[number], Measured[]> = { operations: [], customJobs: [] };
    for (let index = -5; index < count; index++) {
      for (const collection of COLLECTIONS) {
        await delay(150);
        const one = await cancelOne(environment, worker.taskQueue, collection);
        if (index >= 0) measured[collection].push(one);
      }
    }
    return { idle: toIdle(measured.operations), job: toIdle(measured.customJobs) };
  } finally {
    await worker.kill();
  }
}

function toIdle(measured: readonly Measured[]) {
  return {
    /** From the call that starts the workflow to the cancel's arrival at the emulator, in ms. */
    startToCancelMs: summarize(measured.map(({ toCancel }) => toCancel)),
    /** From the same call to the outcome known here, in ms. The cancel ends the operation at once. */
    startToOutcomeMs: summarize(measured.map(({ toOutcome }) => toOutcome)),
    events: summarize(measured.map(({ events }) => events)),
  };
}

async function cancelOne({ client, emulator }: BenchEnvironment, taskQueue: string, collection: string) {
  const name = `${newLocation()}/${collection}/1`;
  await emulator.add([{ name }]);
  const startedAt = Date.now();
  const cancelling = await new GoogleOperations(client, { taskQueue }).cancel({ name });
  await cancelling.result();
  const toOutcome = Date.now() - startedAt;
  const sent = (await emulator.requests(name)).find(({ method }) => method === 'cancel');
  if (sent === undefined) throw new Error(`No cancel of ${name} arrived`);
  const { events } = await costOf(client.workflow.getHandle(cancelling.workflowId));
  return { toCancel: sent.at - startedAt, toOutcome, events };
}
