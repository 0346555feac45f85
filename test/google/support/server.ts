import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Certificate } from './certificate.js';

export interface TestServer {
  port: number;
  /** `127.0.0.1:port` */
  host: string;
  /** Every request that arrived, with its body. */
  requests: SeenRequest[];
}

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server on a free port of this machine, which closes after the test. */
export async function serve(t: TestContext, listener: RequestListener, certificate?: Certificate): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const record: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      listener(request, response);
    });
  };
  const server = certificate === undefined ? createServer(record) : createTlsServer(certificate, record);
  await listen(t, server);
  const { port } = server.address() as AddressInfo;
  return { port, host: `127.0.0.1:${port}`, requests };
}

/** Listens on a free port, and closes with all its connections after the test. */
export async function listen(t: TestContext, server: Server): Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    // The server does not close sockets of a CONNECT itself.
    for (const socket of sockets) socket.destroy();
    await closed;
  });
}
