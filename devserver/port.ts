import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A TCP port that is free on `ip` now. It is not reserved: another process may, rarely, take it first. */
export async function freePort(ip: string): Promise<number> {
  return listenOnce(ip, 0);
}

/** Whether `port` can be listened on at `ip`. */
export async function isFree(ip: string, port: number): Promise<boolean> {
  return listenOnce(ip, port).then(
    () => true,
    () => false,
  );
}

/** Connects to a TCP port and ends the connection. @throws the error of the system, or `ABORT_ERR` after the timeout */
export async function connectOnce(address: { host: string; port: number }, timeoutMs: number): Promise<void> {
  const socket = connect(address);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) });
  } finally {
    socket.destroy();
  }
}

async function listenOnce(host: string, port: number): Promise<number> {
  const server = createServer();
  await once(server.listen({ host, port, exclusive: true }), 'listening');
  const bound = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return bound.port;
}
