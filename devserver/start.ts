import { searchAttributes } from '../contract/messages.js';
import { TemporalServerError } from './error.js';
import { findTemporal } from './find.js';
import { inspectExecutable } from './inspect.js';
import { freePort, isFree } from './port.js';
import { waitUntilReady } from './ready.js';
import { GuardedProcess, type ProcessExit } from './guarded-process.js';
import { workerEnvironment } from './worker-environment.js';

const IP = '127.0.0.1';
const MAX_ATTEMPTS = 3;
const STOP_GRACE_MS = 3_000;

export interface TemporalServerOptions {
  /** The Temporal CLI to run. Default: it is found, downloaded or built. */
  executable?: string;
  /** The port of the gRPC service. Default: a free one. */
  port?: number;
  /** Created at the start, beside `default`. */
  namespace?: string;
  /** Whether to serve the web UI. Default: false. */
  ui?: boolean;
  /** The port of the web UI. Default: a free one. */
  uiPort?: number;
  /** The port of the HTTP API. Default: one that the server chooses, which nobody learns. */
  httpPort?: number;
  /** Whether to register the search attributes of the contract. Default: true. */
  searchAttributes?: boolean;
  /** The database file, which survives restarts. Default: in memory. */
  dbFile?: string;
  /** Dynamic configuration of the server, such as `{ 'frontend.namespaceRPS': 5_000 }`. */
  dynamicConfig?: Readonly<Record<string, unknown>>;
  /** More arguments for `temporal server start-dev`. */
  args?: readonly string[];
  /** Called with a line for every slow step. */
  say?: (line: string) => void;
  /** How long the server may take to become ready. Default: 30 s. */
  readyTimeoutMs?: number;
}

/** The settings of a development server, with every port chosen. */
interface ServerArguments extends Pick<
  TemporalServerOptions,
  'uiPort' | 'httpPort' | 'dbFile' | 'dynamicConfig' | 'args'
> {
  port: number;
  namespace: string;
  searchAttributes: readonly string[];
}

/** A development server on this machine. It ends with this process at the latest. */
export type TemporalServer = Awaited<ReturnType<typeof startOn>>;

/**
 * Starts a Temporal development server and waits until it is ready. `TEMPORAL_ADDRESS` is ignored: this is a
 * new server.
 *
 * @throws {TemporalServerError} `NO_EXECUTABLE`, `PORT_TAKEN`, `EXITED_EARLY` or `NOT_READY`.
 */
export async function startTemporal(options: TemporalServerOptions = {}): Promise<TemporalServer> {
  const executable = await chooseExecutable(options);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort(IP));
    const uiPort = options.uiPort ?? (options.ui === true ? await freePort(IP) : undefined);
    await assertFree(port, 'gRPC');
    if (uiPort !== undefined) await assertFree(uiPort, 'web UI');
    if (options.httpPort !== undefined) await assertFree(options.httpPort, 'HTTP API');
    try {
      return await startOn(port, uiPort, executable, options);
    } catch (error) {
      // Another process may take a port between the check and the server's start.
      const portTaken = error instanceof TemporalServerError && error.code === 'PORT_TAKEN';
      if (!portTaken || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

async function chooseExecutable({ executable, say }: TemporalServerOptions) {
  if (executable === undefined) return findTemporal({ say });
  const inspected = await inspectExecutable(executable);
  if ('version' in inspected) return { path: executable, version: inspected.version };
  throw new TemporalServerError('NO_EXECUTABLE', `${executable} cannot be used: ${inspected.problem}`);
}

async function assertFree(port: number, what: string): Promise<void> {
  if (await isFree(IP, port)) return;
  throw new TemporalServerError(
    'PORT_TAKEN',
    `Port ${port} on ${IP}, needed for Temporal's ${what}, is taken. Stop the process that listens there or choose another port.`,
  );
}

async function startOn(
  port: number,
  uiPort: number | undefined,
  executable: { path: string; version: string },
  options: TemporalServerOptions,
) {
  const { namespace = 'default', dbFile, readyTimeoutMs = 30_000 } = options;
  const attributes = options.searchAttributes === false ? [] : Object.values(searchAttributes);
  const server = new GuardedProcess(
    executable.path,
    serverArguments({ ...options, port, uiPort, namespace, searchAttributes: attributes }),
    // The CLI reads TEMPORAL_* for its own connection; this server must not depend on them.
    { env: workerEnvironment(process.env, {}) },
  );
  server.unref();
  const ended = new AbortController();
  void server.exited.then(() => ended.abort());
  const missing = await waitUntilReady(
    { host: IP, port, namespace, searchAttributes: attributes },
    AbortSignal.any([ended.signal, AbortSignal.timeout(readyTimeoutMs)]),
  );
  if (ended.signal.aborted) throw exitedEarly(server, await server.exited);
  if (missing !== undefined) {
    await server.kill();
    throw new TemporalServerError(
      'NOT_READY',
      `The Temporal server was not ready within ${readyTimeoutMs / 1_000} s: ${missing}${quoteOutput(server)}`,
    );
  }
  return {
    /** `host:port` of the gRPC service. */
    address: `${IP}:${port}`,
    port,
    namespace,
    /** The URL of the web UI, if it is served. */
    uiUrl: uiPort === undefined ? undefined : `http://localhost:${uiPort}`,
    /** The URL of the HTTP API, if its port was chosen. */
    httpUrl: options.httpPort === undefined ? undefined : `http://${IP}:${options.httpPort}`,
    pid: server.pid,
    /** The version of the server, such as `1.29.1`. */
    version: executable.version,
    /** Resolves when the server has ended, for any reason. */
    exited: server.exited,
    /** Stops the server: with a database file in an orderly way, within three seconds; without one by SIGKILL. */
    async stop(): Promise<void> {
      const timer = setTimeout(() => void server.kill(), STOP_GRACE_MS);
      await server.stop(dbFile === undefined ? 'SIGKILL' : 'SIGTERM');
      clearTimeout(timer);
    },
    /** Ends the server by SIGKILL, like a crash. */
    kill: () => server.kill(),
  };
}

function exitedEarly(server: GuardedProcess, { reason }: ProcessExit): TemporalServerError {
  return new TemporalServerError(
    /address already in use/i.test(server.output) ? 'PORT_TAKEN' : 'EXITED_EARLY',
    `The Temporal server ended before it was ready (${reason})${quoteOutput(server)}`,
  );
}

function quoteOutput(server: GuardedProcess): string {
  const lines = server.lines.slice(-8);
  return lines.length === 0 ? '' : `. Its last output:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

/** The arguments of `temporal` that start a development server. */
export function serverArguments(settings: ServerArguments): string[] {
  const {
    port,
    uiPort,
    httpPort,
    namespace,
    searchAttributes: attributes,
    dbFile,
    dynamicConfig = {},
    args = [],
  } = settings;
  const ui = uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)];
  // With SQLite's default journal the server is several times slower.
  const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF'];
  return [
    ...['server', 'start-dev', '--log-level', 'warn'],
    ...['--ip', IP, '--port', String(port), '--namespace', namespace],
    ...ui,
    ...(httpPort === undefined ? [] : ['--http-port', String(httpPort)]),
    ...attributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...(dbFile === undefined ? [] : ['--db-filename', dbFile, ...pragmas]),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
    ...args,
  ];
}
