import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { GoogleOperations } from '../client/index.js';
import type { OperationScript } from '../emulator/index.js';
import { type Cost, costOf } from './history.js';
import { createGaxCancel } from './baselines/gax.js';
import type { PlainInput } from './baselines/plain-activities.js';
import type { BenchWorker, BenchEnvironment } from './environment.js';

export const competitorNames = ['ours, wait', 'ours, get', 'gax', 'plain 1 s', 'plain ×1.5'] as const;
export type CompetitorName = (typeof competitorNames)[number];

/** The sleep of the plain workflows between polls: always one second, or longer each time. */
const plainIntervals = {
  'plain 1 s': { growth: 1, maxMs: 1_000 },
  'plain ×1.5': { growth: 1.5, maxMs: 30_000 },
} as const;

/** Starts a plain workflow that cancels an operation. */
export function startPlain(
  client: Client,
  { taskQueue }: BenchWorker,
  name: string,
  intervals: keyof typeof plainIntervals,
): Promise<WorkflowHandle> {
  const input: PlainInput = { name, ...plainIntervals[intervals] };
  return client.workflow.start('plainCancel', { workflowId: `plain-${randomUUID()}`, taskQueue, args: [input] });
}

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
  const cancelWithGax = await createGaxCancel(environment.emulator.host);
  const cancelOurs = async (name: string) => {
    const cancelling = await new GoogleOperations(client, ours).cancel({ name });
    const { outcome } = await cancelling.result();
    const knownAt = Date.now();
    if (outcome !== 'CANCELLED') throw new Error(`${name}: ${outcome}`);
    return { knownAt, cost: () => costOf(client.workflow.getHandle(cancelling.workflowId)) };
  };
  const cancelPlain = (intervals: keyof typeof plainIntervals) => async (name: string) => {
    const handle = await startPlain(client, plain, name, intervals);
    await handle.result();
    return { knownAt: Date.now(), cost: () => costOf(handle) };
  };
  const cancelGax = async (name: string) => {
    await cancelWithGax(name);
    return { knownAt: Date.now() };
  };
  return {
    'ours, wait': { collection: 'datasets', script: {}, cancel: cancelOurs },
    'ours, get': { collection: 'indexes', script: { waitSupported: 'unimplemented' }, cancel: cancelOurs },
    gax: { collection: 'models', script: {}, cancel: cancelGax },
    'plain 1 s': { collection: 'models', script: {}, cancel: cancelPlain('plain 1 s') },
    'plain ×1.5': { collection: 'models', script: {}, cancel: cancelPlain('plain ×1.5') },
  };
}
