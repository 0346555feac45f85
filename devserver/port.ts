import { createServer } from 'node:net';

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

async function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
