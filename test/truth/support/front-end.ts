import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer, as it goes over the wire. A body that is no string is sent as JSON. */
export interface Canned {
  status: number;
  body: unknown;
}

/** The answers to the requests for one operation. The last one of a list is repeated. */
export interface Script {
  /** To `get`, and to a `get` with a field mask where `masked` is not given. */
  get: Canned[];
  masked?: Canned[];
  cancel?: Canned[];
  /** Default: there is no such page. */
  wait?: Canned[];
}

export type Method = keyof Script;

/** A front end of Google on a free port of this machine, which answers to each operation what its script says. */
export class FrontEnd {
  private readonly scripts = new Map<string, Script>();
  private readonly counts = new Map<string, number>();
  private readonly server = createServer((request, response) => {
    request.resume();
    const { status, body } = this.answer(request);
    const isText = typeof body === 'string';
    response
      .writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' })
      .end(isText ? body : JSON.stringify(body));
  });

  static async start(): Promise<FrontEnd> {
    const frontEnd = new FrontEnd();
    await new Promise<void>((resolve) => frontEnd.server.listen(0, '127.0.0.1', resolve));
    return frontEnd;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Sets the answers from now on. */
  answers(name: string, script: Script): void {
    this.scripts.set(name, script);
    for (const method of ['get', 'masked', 'cancel', 'wait'] as const) this.counts.delete(`${method} ${name}`);
  }

  /** How many requests have come since the answers were set. */
  count(name: string, method: Method): number {
    return this.counts.get(`${method} ${name}`) ?? 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ url = '', method: verb }: IncomingMessage): Canned {
    const { pathname, searchParams } = new URL(url, 'http://host');
    const [, name = '', custom] = /^\/[^/]+\/(.*?)(?::(\w+))?$/.exec(pathname) ?? [];
    const method = custom === 'cancel' || custom === 'wait' ? custom : searchParams.has('fields') ? 'masked' : 'get';
    const script = this.scripts.get(name);
    const answers = script?.[method] ?? (verb === 'GET' ? script?.get : undefined) ?? [];
    const count = this.count(name, method);
    this.counts.set(`${method} ${name}`, count + 1);
    return answers[count] ?? answers.at(-1) ?? { status: 404, body: '<html><title>Error 404 (Not Found)!!1</title>' };
  }
}
