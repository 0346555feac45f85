import { searchAttributes } from '../contract/messages.js';
import { serverArguments } from './arguments.js';
import { TemporalServerError } from './error.js';
import { type FindOptions, findTemporal } from './find.js';
import { inspectExecutable } from './inspect.js';
import { freePort, isFree } from './port.js';
import { waitUntilReady } from './ready.js';
import { type Exit, ServerProcess } from './server-process.js';

const IP = '127.0.0.1';
const ATTEMPTS = 3;

export interface TemporalServerOptions {
  /** The Temporal CLI to run; by default it is looked for, and got where there is none. */
  executable?: string;
  /** The port of the gRPC service; by default a free one. */
  port?: number;
  /** Made at the start, next to `default`. */
  namespace?: string;
  /** Whether to serve the web UI; off by default. */
  ui?: boolean;
  /** The port of the web UI; by default a free one. */
  uiPort?: number;
  /** Whether the search attributes of the contract are registered; they are by default. */
  searchAttributes?: boolean;
  /** A file to keep everything in, over restarts; in memory by default. */
  dbFile?: string;
  /** Dynamic configuration of the server, such as `{ 'frontend.namespaceRPS': 5_000 }`. */
  dynamicConfig?: Readonly<Record<string, unknown>>;
  /** More arguments for `temporal server start-dev`. */
  args?: readonly string[];
  /** Hears of every step that takes time. */
  say?: (line: string) => void;
  /** How to find the executable. */
  find?: Omit<FindOptions, 'say'>;
  /** How long the server may take to serve; 30 s by default. */
  readyWithinMs?: number;
}

/** A development server that runs on this machine, and ends with this process at the latest. */
export interface TemporalServer {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  readonly port: number;
  readonly namespace: string;
  /** Where the web UI is, when it was asked for. */
  readonly uiUrl: string | undefined;
  readonly pid: number;
  /** The version of the server, such as `1.29.1`. */
  readonly version: string;
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** The last lines the server wrote. */
  output(count?: number): string[];
  /** Stops the server. With a file in an orderly way, at most three seconds; without one at once, for nothing is kept. */
  stop(): Promise<void>;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts a Temporal development server and waits until it serves. Never looks at `TEMPORAL_ADDRESS`: this is a server of
 * our own.
 *
 * @throws {TemporalServerError} `NO_EXECUTABLE`, `PORT_TAKEN`, `EXITED_EARLY` or `NOT_READY`.
 */
export async function startTemporal(options: TemporalServerOptions = {}): Promise<TemporalServer> {
  const executable = await chooseExecutable(options);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort(IP));
    const uiPort = options.uiPort ?? (options.ui === true ? await freePort(IP) : undefined);
    await demandFree(port, 'gRPC');
    if (uiPort !== undefined) await demandFree(uiPort, 'web UI');
    try {
      return await startOn(port, uiPort, executable, options);
    } catch (error) {
      // Somebody else took a port between our look and the server's start.
      const lost = error instanceof TemporalServerError && error.code === 'PORT_TAKEN';
      if (!lost || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function chooseExecutable({ executable, find, say }: TemporalServerOptions) {
  if (executable === undefined) return findTemporal({ ...find, say });
  const inspected = await inspectExecutable(executable);
  if ('version' in inspected) return { path: executable, version: inspected.version };
  throw new TemporalServerError('NO_EXECUTABLE', `${executable} cannot serve: ${inspected.problem}`);
}

async function demandFree(port: number, what: string): Promise<void> {
  if (await isFree(IP, port)) return;
  throw new TemporalServerError(
    'PORT_TAKEN',
    `Port ${port} on ${IP}, wanted for Temporal's ${what}, is taken. Stop what listens there or choose another port.`,
  );
}

async function startOn(
  port: number,
  uiPort: number | undefined,
  executable: { path: string; version: string },
  options: TemporalServerOptions,
): Promise<TemporalServer> {
  const { namespace = 'default', dbFile, readyWithinMs = 30_000 } = options;
  const attributes = options.searchAttributes === false ? [] : Object.values(searchAttributes);
  const server = new ServerProcess(
    executable.path,
    serverArguments({
      ip: IP,
      port,
      uiPort,
      namespace,
      dbFile,
      searchAttributes: attributes,
      dynamicConfig: options.dynamicConfig ?? {},
      extra: options.args ?? [],
    }),
  );
  const ended = new AbortController();
  void server.exited.then(() => ended.abort());
  const { missing } = await waitUntilReady(
    { host: IP, port, namespace, searchAttributes: attributes },
    AbortSignal.any([ended.signal, AbortSignal.timeout(readyWithinMs)]),
  );
  if (server.exit !== undefined) throw exitedEarly(server, server.exit);
  if (missing !== undefined) {
    await server.kill();
    throw new TemporalServerError(
      'NOT_READY',
      `The Temporal server did not serve within ${readyWithinMs / 1_000} s: ${missing}${quote(server)}`,
    );
  }
  return {
    address: `${IP}:${port}`,
    port,
    namespace,
    uiUrl: uiPort === undefined ? undefined : `http://localhost:${uiPort}`,
    pid: server.pid ?? -1,
    version: executable.version,
    exited: server.exited,
    output: (count) => server.output(count),
    stop: () => (dbFile === undefined ? server.kill() : server.stop()),
    kill: () => server.kill(),
  };
}

function exitedEarly(server: ServerProcess, exit: Exit): TemporalServerError {
  const how = exit.startError ?? (exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`);
  const taken = server.output().some((line) => /address already in use/i.test(line));
  return new TemporalServerError(
    taken ? 'PORT_TAKEN' : 'EXITED_EARLY',
    `The Temporal server ended before it served (${how})${quote(server)}`,
  );
}

function quote(server: ServerProcess): string {
  const lines = server.output(8);
  return lines.length === 0 ? '' : `. Its last words:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}
