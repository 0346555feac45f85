import { createServer } from 'node:net';
import type { HostPort } from '../config/host-port.js';

/** Listens for a moment to learn whether it can be done: the code of what stands against it, such as `EADDRINUSE`. */
export async function problemOfListening({ host, port }: HostPort): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** What a failed `listen` means, in words: a clause that goes after the variable's name. */
export function cannotListen(text: string, code: string): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'is taken by another process',
    EADDRNOTAVAIL: 'is not an address of this machine',
    EACCES: 'is a port that this user may not listen on',
    ENOTFOUND: 'has a host that cannot be resolved',
  };
  return `(${text}) ${reasons[code] ?? `cannot be listened on (${code})`}; it takes a free host:port of this machine`;
}
