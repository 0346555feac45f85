import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { HostPort } from '../config/host-port.js';

/** Listens briefly. @returns the port, which is a free one where 0 is given. @throws the error of the system, such as `EADDRINUSE`, if that is not possible */
export async function listenOnce({ host, port }: HostPort): Promise<number> {
  const server = createServer();
  await once(server.listen({ host, port, exclusive: true }), 'listening');
  const { port: real } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return real;
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
