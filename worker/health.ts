import { createServer, type Server } from 'node:http';
import { ConfigError } from '../config/config-error.js';
import { formatAddress, type HostPort } from '../config/host-port.js';
import { cannotListen } from './port-check.js';

/** Whether the worker takes work, as `/readyz` says it. */
export interface Readiness {
  ready: boolean;
  /** `STARTING`, the SDK's word for its state (`RUNNING`, `DRAINING`, …), or `STOPPING` from the first SIGTERM on. */
  worker: string;
  /** What Temporal answers: `SERVING` or `REACHABLE`; or `NOT_SERVING`, `UNREACHABLE`, `UNAUTHENTICATED`, `NO_ANSWER`. */
  temporal?: string;
}

export type ReadinessCheck = () => Promise<Readiness>;

export interface HealthServer {
  /** Where it listens, with the real port. */
  readonly address: HostPort;
  close(): Promise<void>;
}

/** Kubernetes waits a second unless it is told otherwise, and a probe that runs out says nothing. */
export const CHECK_WITHIN_MS = 900;

/**
 * Serves `/healthz` and `/readyz`.
 *
 * `/healthz` is 200 while the event loop turns, and asks nobody: a worker that waits for Temporal to come back must not be
 * killed for it. `/readyz` is 200 while the worker takes work, else 503; its body is a {@link Readiness} as JSON. Probes that
 * come at once share one check.
 *
 * @throws {ConfigError} that names HEALTH_ADDRESS where it cannot be listened on.
 */
export async function serveHealth(address: HostPort, check: ReadinessCheck): Promise<HealthServer> {
  const ready = shared(() => inTime(check));
  const server = createServer((request, response) => {
    const answer = (status: number, text: string, type = 'text/plain', more = {}): void => {
      const body = `${text}\n`;
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
        ...more,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD')
      answer(405, 'GET and HEAD only', 'text/plain', { allow: 'GET, HEAD' });
    else if (path === '/healthz') answer(200, 'ok');
    else if (path === '/readyz') {
      void ready().then((state) =>
        answer(state.ready ? 200 : 503, JSON.stringify(state), 'application/json'),
      );
    } else answer(404, 'There are /healthz and /readyz.');
  });
  server.requestTimeout = 5_000;
  const port = await listen(server, address);
  return {
    address: { host: address.host, port },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One run of the work for all who ask while it goes on. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= work().finally(() => (running = undefined)));
}

async function inTime(check: ReadinessCheck): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(
      () => resolve({ ready: false, worker: 'UNKNOWN', temporal: 'NO_ANSWER' }),
      CHECK_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    // The reason is in the log of the SDK; a probe need not know hosts and addresses.
    return { ready: false, worker: 'UNKNOWN', temporal: 'UNREACHABLE' };
  } finally {
    clearTimeout(timer);
  }
}

async function listen(server: Server, address: HostPort): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const problem = `HEALTH_ADDRESS ${cannotListen(formatAddress(address), error.code ?? error.message)}`;
      reject(new ConfigError([problem], { cause: error }));
    });
    server.listen(address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : address.port);
    });
  });
}
