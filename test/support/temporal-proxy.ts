import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { freePort } from '../../devserver/port.js';

/** A proxy to a Temporal server that can be closed and opened, so that its clients see an outage of the server. */
export class TemporalProxy {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(
    private readonly target: string,
    private readonly port: number,
  ) {}

  /** A proxy to the server at `target`. It is closed at first, and after the test. */
  static async to(target: string, t: TestContext): Promise<TemporalProxy> {
    const proxy = new TemporalProxy(target, await freePort('127.0.0.1'));
    t.after(() => proxy.close());
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    const [host, port] = this.target.split(':');
    this.#server = createServer((client) => {
      const server = connect(Number(port), host);
      for (const [socket, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(socket);
        socket
          .on('error', () => undefined)
          .on('close', () => {
            this.#sockets.delete(socket);
            other.destroy();
          });
        socket.pipe(other);
      }
    }).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Ends all connections, and takes no more. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
