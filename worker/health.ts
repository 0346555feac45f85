import { createServer, type Server } from 'node:http';
import { ConfigError } from './config-error.js';
import { formatAddress, type HostPort } from './host-port.js';
import { cannotListen } from './listen.js';

/** Why the worker is not ready, or `undefined` when it is. */
export type ReadinessCheck = () => Promise<string | undefined>;

export interface HealthServer {
  /** Where it listens, with the real port. */
  readonly address: HostPort;
  close(): Promise<void>;
}

const CHECK_WITHIN_MS = 2_000;

/**
 * Serves `/healthz` (200 while the event loop turns) and `/readyz` (200 while the worker takes work, else 503 with the
 * reason).
 *
 * @throws {ConfigError} that names HEALTH_ADDRESS where it cannot be listened on.
 */
export async function serveHealth(address: HostPort, check: ReadinessCheck): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
    };
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(405, 'GET only');
    else if (path === '/healthz') answer(200, 'ok');
    else if (path === '/readyz') {
      void whyNotReady(check).then((why) => (why === undefined ? answer(200, 'ok') : answer(503, why)));
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

async function whyNotReady(check: ReadinessCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('Temporal did not answer in time'), CHECK_WITHIN_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    // The reason is in the log of the SDK; a probe need not know hosts and addresses.
    return 'Temporal cannot be reached';
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
