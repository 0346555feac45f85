import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { ConfigError } from '../config/config-error.js';
import { quoted } from '../contract/text.js';
import { workerOptions, type WorkerSettings } from './worker-options.js';

/** How often a host's worker is checked for having stopped, in ms: the SDK has no event for it. */
const STATE_CHECK_MS = 200;

/** Marks our own worker, which a plugin of the connection that both use is applied to as well. */
export const OWN_WORKER: WorkerPlugin = { name: 'temporal-lro' };

/** Temporal refuses a second worker of a namespace and task queue on a connection, so the hosts share one. */
const workers = new WeakMap<NativeConnection, Map<string, SharedWorker>>();
/** By access to Google: workers on several connections together send no more than the requests of one. */
const handlers = new Map<string, Pick<WorkerOptions, 'activities' | 'nexusServices'>>();

/**
 * Runs our worker beside a host's worker until that stops. Hosts with the same connection, namespace and task
 * queue share one, which takes the data converter of the first and stops with the last.
 *
 * @param hostEnded is aborted when the host has stopped
 * @throws {ConfigError} if it runs already with other settings; what our worker failed with
 */
export async function runBeside(host: Worker, settings: WorkerSettings, hostEnded: AbortSignal): Promise<void> {
  const { connection } = host.options;
  const ofConnection = (connection && workers.get(connection)) ?? new Map<string, SharedWorker>();
  if (connection !== undefined) workers.set(connection, ofConnection);
  const { taskQueue, temporal, dataConverter: _, ...rest } = settings;
  const [key, access] = [textOf([temporal.namespace, taskQueue]), textOf(rest)];
  let shared = ofConnection.get(key);
  while (shared?.isStopping) {
    await shared.ended;
    shared = ofConnection.get(key);
  }
  if (shared !== undefined && shared.access !== access)
    throw new ConfigError([`the worker on task queue ${quoted(taskQueue)} runs in this process with other settings`]);
  if (shared === undefined) {
    shared = new SharedWorker(access, settings, connection);
    ofConnection.set(key, shared);
    void shared.ended.then(() => ofConnection.delete(key));
  }
  await shared.runWith(host, hostEnded);
}

type Connecting = NativeConnection | Promise<NativeConnection>;

/** One worker for several hosts. */
class SharedWorker {
  isStopping = false;
  /** Resolves when it has stopped or failed. */
  readonly ended: Promise<void>;
  readonly #hosts = new Set<Worker>();
  readonly #created: Promise<Worker>;
  readonly #run: Promise<void>;

  constructor(
    readonly access: string,
    settings: WorkerSettings,
    shared: NativeConnection | undefined,
  ) {
    // A host without a connection has opened its own to localhost, and closes it when it stops.
    const connecting = shared ?? NativeConnection.connect();
    this.#created = createWorker(settings, connecting);
    this.#run = this.#runAndClose(shared === undefined ? connecting : undefined);
    this.ended = this.#run.catch(() => undefined);
  }

  /** Keeps the worker running until the host stops, on a connection that the host uses. */
  async runWith(host: Worker, hostEnded: AbortSignal): Promise<void> {
    this.#hosts.add(host);
    const worker = await this.#created;
    let { connection } = host.options;
    while (isUp(host) && isUp(worker) && !hostEnded.aborted) {
      if (connection !== undefined && host.connection !== undefined && host.connection !== connection)
        worker.connection = connection = host.connection;
      await pause(hostEnded);
    }
    this.#hosts.delete(host);
    const [other] = this.#hosts;
    if (other !== undefined && isUp(worker)) {
      // The host may close its connection now.
      if (other.connection !== undefined) worker.connection = other.connection;
      return;
    }
    this.isStopping = true;
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await this.#run;
  }

  async #runAndClose(own: Connecting | undefined): Promise<void> {
    try {
      await (await this.#created).run();
    } finally {
      await (await own)?.close();
    }
  }
}

async function createWorker(settings: WorkerSettings, connection: Connecting): Promise<Worker> {
  const options = await workerOptions(settings, await connection);
  const access = textOf(settings.google);
  const { activities, nexusServices } = handlers.get(access) ?? options;
  handlers.set(access, { activities, nexusServices });
  return Worker.create({ ...options, activities, nexusServices, plugins: [OWN_WORKER] });
}

function textOf(settings: unknown): string {
  return JSON.stringify(settings, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

function isUp(worker: Worker): boolean {
  const state = worker.getState();
  return state === 'INITIALIZED' || state === 'RUNNING';
}

/** Waits until the next check, or until the signal is aborted. */
export async function pause(signal: AbortSignal): Promise<void> {
  await delay(STATE_CHECK_MS, undefined, { signal }).catch(() => undefined);
}
