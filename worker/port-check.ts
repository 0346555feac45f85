import { createServer } from 'node:net';
import type { HostPort } from '../config/host-port.js';

/**
 * Checks that it is possible to listen, by doing so briefly.
 *
 * @returns the error code, such as `EADDRINUSE`, or `undefined`
 */
export async function problemOfListening({ host, port }: HostPort): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Explains the error code of a failed `listen`, as a clause that follows the variable's name. */
export function explainListenError(address: string, code: string): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'is taken by another process',
    EADDRNOTAVAIL: 'is not an address of this machine',
    EACCES: 'is a port that this user may not listen on',
    ENOTFOUND: 'has a host that cannot be resolved',
  };
  return `(${address}) ${reasons[code] ?? `cannot be listened on (${code})`}; it takes a free host:port of this machine`;
}
