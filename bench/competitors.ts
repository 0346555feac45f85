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

/** How the plain workflows sleep: always a second, or longer each time. */
export const plainPaces = {
  'plain 1 s': { growth: 1, longestMs: 1_000 },
  'plain ×1.5': { growth: 1.5, longestMs: 30_000 },
} as const;

/** Who cancels an operation and finds out how that ended. */
export interface Competitor {
  /** Where its operations are. One process learns by collection whether there is a `wait`. */
  readonly collection: string;
  readonly script: Partial<OperationScript>;
  /** Cancels one operation. @returns when the outcome was known here, in ms since 1970, and what that has cost */
  cancel(name: string): Promise<{ knownAt: number; cost?: () => Promise<Cost> }>;
}

/** Everybody, on one stage. */
export async function createCompetitors(
  stage: BenchEnvironment,
  ours: BenchWorker,
  plain: BenchWorker,
): Promise<Record<CompetitorName, Competitor>> {
  const { client } = stage;
  const gax = await createGaxOperations(stage.emulator.host);
  const cancelOurs = async (name: string) => {
    const { taskQueue } = ours;
    const cancelling = await cancel(client, { name }, { taskQueue });
    const { outcome } = await cancelling.outcome();
    const knownAt = Date.now();
    if (outcome !== 'CANCELLED') throw new Error(`${name}: ${outcome}`);
    return { knownAt, cost: () => costOf(client.workflow.getHandle(cancelling.workflowId)) };
  };
  const cancelPlainly = (pace: Omit<PlainInput, 'name'>) => async (name: string) => {
    const handle: WorkflowHandle = await client.workflow.start('plainCancel', {
      workflowId: `plain-${randomUUID()}`,
      taskQueue: plain.taskQueue,
      args: [{ name, ...pace }],
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
      cancel: async (name) => ({ knownAt: await gax.cancelAndFollow(name) }),
    },
    'plain 1 s': { collection: 'models', script: {}, cancel: cancelPlainly(plainPaces['plain 1 s']) },
    'plain ×1.5': { collection: 'models', script: {}, cancel: cancelPlainly(plainPaces['plain ×1.5']) },
  };
}
