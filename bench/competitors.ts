import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { cancel } from '../client/index.js';
import type { OperationScript } from '../emulator/index.js';
import { type Cost, costOf } from './history.js';
import { createGaxOperations } from './baselines/gax.js';
import type { PlainInput } from './baselines/plain-activities.js';
import type { BenchWorker, BenchEnvironment } from './environment.js';

export const competitorNames = ['ours, wait', 'ours, get', 'gax', 'plain 1 s', 'plain ×1.5'] as const;
export type CompetitorName = (typeof competitorNames)[number];

/** How long the plain workflows sleep between polls: always one second, or longer each time. */
export const plainIntervals = {
  'plain 1 s': { growth: 1, maxMs: 1_000 },
  'plain ×1.5': { growth: 1.5, maxMs: 30_000 },
} as const;

/** A program that cancels an operation and learns its outcome. */
export interface Competitor {
  /** The collection of its operations. A worker remembers for each collection whether `wait` is supported. */
  readonly collection: string;
  readonly script: Partial<OperationScript>;
  /** Cancels one operation. @returns when the outcome was known here, in ms since 1970, and its cost */
  cancel(name: string): Promise<{ knownAt: number; cost?: () => Promise<Cost> }>;
}

/** All competitors, in one environment. */
export async function createCompetitors(
  environment: BenchEnvironment,
  ours: BenchWorker,
  plain: BenchWorker,
): Promise<Record<CompetitorName, Competitor>> {
  const { client } = environment;
  const gax = await createGaxOperations(environment.emulator.host);
  const cancelOurs = async (name: string) => {
    const { taskQueue } = ours;
    const cancelling = await cancel(client, { name }, { taskQueue });
    const { outcome } = await cancelling.outcome();
    const knownAt = Date.now();
    if (outcome !== 'CANCELLED') throw new Error(`${name}: ${outcome}`);
    return { knownAt, cost: () => costOf(client.workflow.getHandle(cancelling.workflowId)) };
  };
  const cancelPlain = (intervals: Omit<PlainInput, 'name'>) => async (name: string) => {
    const handle: WorkflowHandle = await client.workflow.start('plainCancel', {
      workflowId: `plain-${randomUUID()}`,
      taskQueue: plain.taskQueue,
      args: [{ name, ...intervals }],
    });
    await handle.result();
    return { knownAt: Date.now(), cost: () => costOf(handle) };
  };
  return {
    'ours, wait': { collection: 'datasets', script: {}, cancel: cancelOurs },
    'ours, get': {
      collection: 'indexes',
      script: { waitSupported: 'unimplemented' },
      cancel: cancelOurs,
    },
    gax: {
      collection: 'models',
      script: {},
      cancel: async (name) => ({ knownAt: await gax.cancelAndAwait(name) }),
    },
    'plain 1 s': { collection: 'models', script: {}, cancel: cancelPlain(plainIntervals['plain 1 s']) },
    'plain ×1.5': { collection: 'models', script: {}, cancel: cancelPlain(plainIntervals['plain ×1.5']) },
  };
}
