import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from './log.js';
import type { TemporalConfig } from '../config/temporal-config.js';
import { withTimeout } from './with-timeout.js';
import { WorkerError } from './worker-error.js';

const RETRY_INTERVAL_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;

export interface ConnectOptions {
  log: Logger;
  /** Stops the attempts to connect. */
  signal?: AbortSignal;
}

/**
 * Connects to Temporal. It retries for five seconds, so that server and worker can be started at the same time.
 *
 * @throws {WorkerError} `NO_CONNECTION` or `NOT_ALLOWED`.
 */
export async function connectToTemporal(
  { address, connection }: TemporalConfig,
  { log, signal }: ConnectOptions,
): Promise<NativeConnection> {
  const deadline = Date.now() + CONNECT_TIMEOUT_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect(connection, deadline - Date.now());
    } catch (error) {
      const reason = innermostMessage(error);
      if (isRefusal(reason)) {
        const problem = `Temporal at ${address} refuses this worker: ${reason}. Check TEMPORAL_API_KEY or the certificate in TEMPORAL_TLS_*, and TEMPORAL_NAMESPACE.`;
        throw new WorkerError('NOT_ALLOWED', problem, { cause: error });
      }
      if (signal?.aborted === true || Date.now() + RETRY_INTERVAL_MS >= deadline) {
        const problem = `No Temporal server answers at ${address}: ${reason}. Set TEMPORAL_ADDRESS to the host:port of a running server (and TEMPORAL_TLS=true if it uses TLS).`;
        throw new WorkerError('NO_CONNECTION', problem, { cause: error });
      }
      if (attempt === 1) log.info(`Temporal does not answer at ${address} yet (${reason}); trying for a few seconds`);
      await delay(RETRY_INTERVAL_MS);
    }
  }
}

// The SDK has no timeout for a server that accepts a connection and never answers.
async function connect(options: TemporalConfig['connection'], timeoutMs: number): Promise<NativeConnection> {
  const connecting = NativeConnection.connect(options);
  const connection = await withTimeout(connecting, Math.max(1, timeoutMs), undefined);
  if (connection !== undefined) return connection;
  connecting.then((late) => late.close()).catch(() => undefined);
  throw new Error('no answer in time');
}

// The native part of the SDK puts its whole chain of errors into one text; the innermost has the reason.
function innermostMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return [...text.matchAll(/(?:message|error): "([^"]+)"/g)].at(-1)?.[1] ?? text;
}

function isRefusal(reason: string): boolean {
  return /unauthenticated|permission.?denied|unauthorized|does not have permission/i.test(reason);
}
