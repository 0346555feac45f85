import { setTimeout as delay } from 'node:timers/promises';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { ReadinessCheck } from './health.js';

const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1;
const ASK_WITHIN_MS = 750;

/** What an error of gRPC says of Temporal, by code. Who answers that it will not tell its health is there. */
const ANSWERS: Readonly<Record<number, string>> = {
  4: 'NO_ANSWER',
  7: 'REACHABLE',
  12: 'REACHABLE',
  16: 'UNAUTHENTICATED',
};

/**
 * Tells whether the worker takes work: it runs, and Temporal answers. Asks Temporal's health service, within three quarters of
 * a second.
 */
export function readinessCheck(worker: Worker, connection: NativeConnection): ReadinessCheck {
  // The SDK tries a request that finds no connection for six seconds, whatever its deadline: whoever asks meanwhile waits for the same.
  let asking: Promise<string> | undefined;
  return async () => {
    const state = worker.getState();
    if (state !== 'RUNNING') return { ready: false, worker: state };
    asking ??= ask(connection).finally(() => (asking = undefined));
    const temporal = await orNoAnswer(asking);
    return { ready: temporal === 'SERVING' || temporal === 'REACHABLE', worker: state, temporal };
  };
}

async function orNoAnswer(asking: Promise<string>): Promise<string> {
  const stop = new AbortController();
  const late = delay(ASK_WITHIN_MS, 'NO_ANSWER', { signal: stop.signal }).catch(() => 'NO_ANSWER');
  try {
    return await Promise.race([asking, late]);
  } finally {
    stop.abort();
  }
}

async function ask(connection: NativeConnection): Promise<string> {
  try {
    const { status } = await connection.withDeadline(Date.now() + ASK_WITHIN_MS, () =>
      connection.healthService.check({ service: WORKFLOW_SERVICE }),
    );
    return status === SERVING ? 'SERVING' : 'NOT_SERVING';
  } catch (error) {
    return ANSWERS[codeOf(error)] ?? 'UNREACHABLE';
  }
}

function codeOf(error: unknown): number {
  return Number((error as { code?: unknown }).code ?? (error as { cause?: { code?: unknown } }).cause?.code);
}
