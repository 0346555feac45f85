import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { EmulatorError } from './errors.js';
import { type Fault, parseFault } from './faults/fault.js';
import { FaultList } from './faults/fault-list.js';
import { type LogEntry, RequestLog, type WaitForOptions } from './log.js';
import type { Method } from './route.js';
import { type EmulatorState, reset } from './emulator-state.js';
import { type OperationScript, parseResult, parseScript, type ScriptedResult } from './operations/script.js';
import { serve } from './serve.js';
import { OperationStore } from './operations/store.js';

/** Options of an emulator. */
export interface EmulatorOptions {
  /** Default: 0, which picks a free port. */
  port?: number;
  /** An address or name of this machine. Default: `127.0.0.1`; anything else may let others on the network use it. */
  host?: string;
  /** The clock, in milliseconds since 1970. Default: `Date.now`. */
  now?: () => number;
  /** Numbers from 0 up to 1, for faults with a probability. Default: `Math.random`. */
  random?: () => number;
  /** The upper limit of a `:wait`, in milliseconds. Default: 30,000. */
  maxWaitMs?: number;
}

/** A running server of google.longrunning.Operations and of jobs, with scripted lives and injected faults. */
export type Emulator = Awaited<ReturnType<typeof startEmulator>>;

/**
 * Starts an emulator. It checks no credentials and answers for every service and every apiVersion.
 *
 * @throws EmulatorError `CANNOT_LISTEN` if the port is not available; `INVALID_ARGUMENT` for an empty host.
 */
export async function startEmulator(options: EmulatorOptions = {}) {
  const { port = 0, host = '127.0.0.1', now = Date.now, random = Math.random, maxWaitMs = 30_000 } = options;
  // Node would listen on all addresses.
  if (host === '')
    throw new EmulatorError('INVALID_ARGUMENT', 'host must be an address or name of this machine; it is empty');
  const store = new OperationStore(now);
  const faults = new FaultList(now, random);
  const log = new RequestLog(now);
  const state: EmulatorState = { store, faults, log, now, maxWaitMs, listensOn: host };
  const server = createServer((request, response) => void serve(state, request, response));
  // Longer than clients keep idle connections: a shorter limit may close one just as a client reuses it.
  server.keepAliveTimeout = 120_000;
  await listen(server, port, host);
  const bound = server.address() as AddressInfo;
  const address = formatAddress(bound);
  return {
    /** `host:port`, as OPERATIONS_EMULATOR_HOST takes it. */
    host: address,
    /** `http://host:port`. */
    url: `http://${address}`,
    /** The requests to the Google API, in order of arrival. */
    log: log.entries,

    /** Adds an operation or a job; its times count from now. @throws EmulatorError `INVALID_ARGUMENT`, `ALREADY_EXISTS` */
    add: (script: OperationScript) => store.add([parseScript(script)]),
    /** The real state of an operation. @throws EmulatorError `NOT_FOUND` for a name that was never added. */
    operation: (name: string) => store.truth(name),
    /** The real state of every operation, in the order in which they were added. */
    operations: () => store.truths(),
    /**
     * Ends an operation now, by default with the result of its script, and returns whether it was still running.
     *
     * @throws EmulatorError `NOT_FOUND`
     */
    complete: (name: string, result?: ScriptedResult) => store.complete(name, result && parseResult(result)),
    /** Answers 404 for an operation from now on. @throws EmulatorError `NOT_FOUND` */
    expire: (name: string) => store.expire(name),

    /** Injects a fault. @throws EmulatorError `INVALID_ARGUMENT` */
    fail: (fault: Fault) => faults.add(parseFault(fault)),
    /** Removes all faults. */
    clearFaults: () => faults.clear(),

    /** The requests with this name and method; without one of them, all. */
    requests: (name?: string, method?: Method) => log.requests(name, method),
    /**
     * Resolves as soon as the predicate holds for the log. The predicate is called at once and on each change.
     *
     * @throws EmulatorError `TIMED_OUT` after `timeoutMs` (60 s) or `CLOSED`; the signal's reason if it aborts.
     */
    waitFor: (predicate: (entries: readonly LogEntry[]) => boolean, waitOptions?: WaitForOptions) =>
      log.waitFor(predicate, waitOptions),

    /** Drops every connection and refuses new ones until `resume`. Requests already received still take effect. */
    stop: () => stopListening(server),
    /** Listens again on the same port. @throws EmulatorError `CANNOT_LISTEN` if another process has taken it. */
    async resume(): Promise<void> {
      if (!server.listening) await listen(server, bound.port, host);
    },
    /** Makes every `:wait` read the clock again, for tests that move `now`. */
    wake: () => store.wake(),
    /** Deletes all operations, requests and faults. */
    reset: () => reset(state),
    /** Destroys every connection and frees the port. */
    async close(): Promise<void> {
      log.close();
      await stopListening(server);
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmulatorError('CANNOT_LISTEN', `The emulator cannot listen on ${host}:${port}: ${reason}`, { cause });
  }
}

async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

// A client cannot connect to the wildcard address, so the loopback address stands in for it.
function formatAddress({ address, family, port }: AddressInfo): string {
  if (family === 'IPv6') return `[${address === '::' ? '::1' : address}]:${port}`;
  return `${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
}
