import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../config/config-error.js';
import { formatAddress, type HostPort } from '../config/host-port.js';
import { explainListenError } from './port-check.js';
import { withTimeout } from './with-timeout.js';

/** The state of the worker: the body of `/readyz`. */
export interface Readiness {
  ready: boolean;
  /** `STARTING`, the SDK's state of the worker (`RUNNING`, `DRAINING`, …), or `STOPPING` after the first SIGTERM. */
  worker: string;
  /** Temporal's answer: `SERVING` or `REACHABLE`; or `NOT_SERVING`, `UNREACHABLE`, `UNAUTHENTICATED`, `NO_ANSWER`. */
  temporal?: string;
  /**
   * The code by which Temporal refuses to list workflows, such as `PERMISSION_DENIED`: many operations of a collection are
   * polled one by one then.
   */
  visibility?: string;
}

export type ReadinessCheck = () => Promise<Readiness>;

/** Kubernetes' default timeout of a probe is one second, and after a timeout the answer is lost. */
export const CHECK_TIMEOUT_MS = 900;

/**
 * Serves `/healthz` and `/readyz`.
 *
 * `/healthz` is 200 while the event loop runs and checks nothing else: a worker that waits for Temporal must
 * not be killed. `/readyz` is 200 while the worker accepts work, else 503; its body is a {@link Readiness} as
 * JSON. Concurrent probes share one check.
 *
 * @returns the address on which it listens, with the real port
 * @throws {ConfigError} that names HEALTH_ADDRESS if the server cannot listen there.
 */
export async function serveHealth(address: HostPort, check: ReadinessCheck) {
  const checkOnce = shareConcurrent(() => safeCheck(check));
  const server = createServer((request, response) => {
    const answer = (status: number, text: string, type = 'text/plain', headers = {}): void => {
      const body = `${text}\n`;
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
        ...headers,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD')
      answer(405, 'GET and HEAD only', 'text/plain', { allow: 'GET, HEAD' });
    else if (path === '/healthz') answer(200, 'ok');
    else if (path === '/readyz') {
      void checkOnce().then((readiness) =>
        answer(readiness.ready ? 200 : 503, JSON.stringify(readiness), 'application/json'),
      );
    } else answer(404, 'There are /healthz and /readyz.');
  });
  server.requestTimeout = 5_000;
  const port = await listen(server, address);
  return {
    address: { host: address.host, port },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls that are made while one is running share its result. */
function shareConcurrent<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= call().finally(() => (running = undefined)));
}

async function safeCheck(check: ReadinessCheck): Promise<Readiness> {
  const noAnswer = { ready: false, worker: 'UNKNOWN', temporal: 'NO_ANSWER' };
  try {
    return await withTimeout(check(), CHECK_TIMEOUT_MS, noAnswer);
  } catch {
    // The reason is in the SDK's log; the answer to a probe must not contain hosts and addresses.
    return { ready: false, worker: 'UNKNOWN', temporal: 'UNREACHABLE' };
  }
}

async function listen(server: Server, address: HostPort): Promise<number> {
  try {
    await once(server.listen(address), 'listening');
    return (server.address() as AddressInfo).port;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = `HEALTH_ADDRESS ${explainListenError(formatAddress(address), code ?? message)}`;
    throw new ConfigError([problem], { cause });
  }
}
