import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { EmulatorError } from './errors.js';
import type { Fault } from './faults/fault.js';
import { FaultList } from './faults/fault-list.js';
import type { OrderedFault } from './faults/fault-list.js';
import { parseFault } from './faults/fault-schema.js';
import { RequestLog } from './log.js';
import type { LogEntry, WaitForOptions } from './log.js';
import type { Method } from './route.js';
import { EmulatorState } from './emulator-state.js';
import type { OperationTruth } from './emulator-state.js';
import { parseResult, parseScript } from './operations/script-schema.js';
import type { OperationScript, ScriptedResult } from './operations/script.js';
import { serve } from './serve.js';
import { OperationStore } from './operations/store.js';

/** How an emulator runs. */
export interface EmulatorOptions {
  /** 0, a free one, where left out. */
  port?: number;
  /** `127.0.0.1` where left out. */
  host?: string;
  /** The clock, in milliseconds since 1970; `Date.now` where left out. */
  now?: () => number;
  /** Numbers from 0 up to 1 for faults with a probability; `Math.random` where left out. */
  random?: () => number;
  /** The longest that `:wait` waits, in milliseconds; 30,000 where left out. */
  maxWaitMs?: number;
}

/** A running google.longrunning.Operations server whose operations follow scripts and whose wire can fail. */
export interface Emulator {
  /** `host:port`, as OPERATIONS_EMULATOR_HOST takes it. */
  readonly host: string;
  /** `http://host:port`. */
  readonly url: string;
  /** The requests to the Google API in the order in which they arrived. */
  readonly log: readonly LogEntry[];

  /** Adds an operation; its times count from now. @throws EmulatorError `INVALID_ARGUMENT`, `ALREADY_EXISTS` */
  add(script: OperationScript): void;
  /** The truth about an operation now. @throws EmulatorError `NOT_FOUND` for a name that was never added. */
  operation(name: string): OperationTruth;
  /** The truth about every operation, in the order in which they were added. */
  operations(): OperationTruth[];
  /** Ends an operation now, with the script's result where none is given, and says whether it still ran. @throws EmulatorError `NOT_FOUND` */
  complete(name: string, result?: ScriptedResult): boolean;
  /** Makes an operation a 404 from now on. @throws EmulatorError `NOT_FOUND` */
  expire(name: string): void;

  /** Orders a fault. @throws EmulatorError `INVALID_ARGUMENT` */
  fail(fault: Fault): OrderedFault;
  /** Takes all faults back. */
  clearFaults(): void;

  /** The requests for a name and a method; both may be left out. */
  requests(name?: string, method?: Method): LogEntry[];
  /**
   * Resolves as soon as the log is as the predicate asks; it is tried at once and on each change.
   *
   * @throws EmulatorError `TIMED_OUT` after `timeoutMs` (60 s), `CLOSED`; the signal's reason where it aborts.
   */
  waitFor(predicate: (log: readonly LogEntry[]) => boolean, options?: WaitForOptions): Promise<void>;

  /** Drops every connection and refuses new ones, until `comeBack`. What was under way is carried out all the same. */
  stop(): Promise<void>;
  /** Listens again, on the same port. @throws EmulatorError `CANNOT_LISTEN` where somebody else has it by now */
  resume(): Promise<void>;
  /** Has every `:wait` look at the clock again, for tests that move `now`. */
  wake(): void;
  /** Forgets operations, requests and faults. */
  reset(): void;
  /** Destroys every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an emulator. It checks no credentials and answers for every service and every apiVersion.
 *
 * @throws EmulatorError `CANNOT_LISTEN` where the port cannot be had.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1', now = Date.now, random = Math.random, maxWaitMs = 30_000 } = options;
  const scene = new EmulatorState({
    store: new OperationStore(now),
    faults: new FaultList(now, random),
    log: new RequestLog(now),
    now,
  });
  const { store, faults, log } = scene;
  const server = createServer(
    (request, response) => void serve(scene, { now, maxWaitMs }, request, response),
  );
  // Longer than clients keep an idle connection: otherwise one may be closed just as it is used again.
  server.keepAliveTimeout = 120_000;
  await listen(server, port, host);
  const bound = server.address() as AddressInfo;
  const address = authorityOf(bound);
  return {
    host: address,
    url: `http://${address}`,
    log: log.entries,
    add: (script) => store.add(parseScript(script)),
    operation: (name) => scene.truth(name),
    operations: () => scene.truths(),
    complete: (name, result) => scene.complete(name, result && parseResult(result)),
    expire: (name) => scene.expire(name),
    fail: (fault) => faults.add(parseFault(fault)),
    clearFaults: () => faults.clear(),
    requests: (name, method) => log.requests(name, method),
    waitFor: (predicate, waitOptions) => log.waitFor(predicate, waitOptions),
    stop: () => stopListening(server),
    resume: async () => {
      if (!server.listening) await listen(server, bound.port, host);
    },
    wake: () => store.wake(),
    reset: () => scene.reset(),
    close: async () => {
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
    throw new EmulatorError('CANNOT_LISTEN', `The emulator cannot listen on ${host}:${port}: ${reason}`, {
      cause,
    });
  }
}

async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

// An address that means every interface cannot be called; this machine's own can.
function authorityOf({ address, family, port }: AddressInfo): string {
  if (family === 'IPv6') return `[${address === '::' ? '::1' : address}]:${port}`;
  return `${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
}
