import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from './log.js';
import type { TemporalConfig } from '../config/temporal-config.js';
import { WorkerError } from './worker-error.js';

const RETRY_MS = 500;

export interface ConnectOptions {
  log: Logger;
  /** Gives up the wait for a server that is just starting. */
  signal?: AbortSignal;
  /** How long a server may take to appear; 5 s by default. */
  withinMs?: number;
}

/**
 * Connects to Temporal. A server that is not there yet gets five seconds to come up, so that both can be started at once.
 *
 * @throws {WorkerError} `NO_CONNECTION` or `NOT_ALLOWED`.
 */
export async function connectToTemporal(
  { address, connection }: TemporalConfig,
  { log, signal, withinMs = 5_000 }: ConnectOptions,
): Promise<NativeConnection> {
  const deadline = Date.now() + withinMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await within(NativeConnection.connect(connection), deadline - Date.now());
    } catch (error) {
      const why = reasonOf(error);
      if (isRefusal(why)) throw notAllowed(address, why, error);
      if (signal?.aborted === true || Date.now() + RETRY_MS >= deadline) {
        throw noConnection(address, why, error);
      }
      if (attempt === 1)
        log.info(`Temporal does not answer at ${address} yet (${why}); trying for a few seconds`);
      await delay(RETRY_MS);
    }
  }
}

// The SDK waits for ever for a server that accepts a connection and says nothing.
async function within(connecting: Promise<NativeConnection>, ms: number): Promise<NativeConnection> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new Error('no answer in time'));
        connecting.then((connection) => connection.close()).catch(() => undefined);
      },
      Math.max(1, ms),
    );
  });
  try {
    return await Promise.race([connecting, late]);
  } finally {
    clearTimeout(timer);
  }
}

// The native part of the SDK gives its whole chain of errors as one text; the innermost says what happened.
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const inner = [...text.matchAll(/(?:message|error): "([^"]+)"/g)].at(-1)?.[1];
  return inner ?? text;
}

function isRefusal(why: string): boolean {
  return /unauthenticated|permission.?denied|unauthorized|does not have permission/i.test(why);
}

function notAllowed(address: string, why: string, cause: unknown): WorkerError {
  return new WorkerError(
    'NOT_ALLOWED',
    `Temporal at ${address} refuses this worker: ${why}. Check TEMPORAL_API_KEY or the certificate in TEMPORAL_TLS_*, and TEMPORAL_NAMESPACE.`,
    { cause },
  );
}

function noConnection(address: string, why: string, cause: unknown): WorkerError {
  return new WorkerError(
    'NO_CONNECTION',
    `No Temporal server answers at ${address}: ${why}. Set TEMPORAL_ADDRESS to the host:port of one that runs (and TEMPORAL_TLS=true where it speaks TLS).`,
    { cause },
  );
}
