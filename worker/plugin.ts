import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { ConfigError } from '../config/config-error.js';
import { type GoogleConfig, readGoogleConfig } from '../config/google-config.js';
import type { WorkerVersion } from '../config/worker-config.js';
import { DEFAULT_TASK_QUEUE } from '../contract/names.js';
import { quoted } from '../contract/text.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { workerOptions } from './worker-options.js';
import { WorkerError } from './worker-error.js';

/**
 * The worker's access to Google. Each setting replaces an environment variable and has the same
 * rules.
 */
export interface GoogleSettings {
  /**
   * The services it may call; `'*'` is every `*.googleapis.com`. `GOOGLE_SERVICES`, default
   * `['aiplatform.googleapis.com']`.
   */
  services?: readonly string[];
  /** Globs of the operations it may touch, such as `projects/my-project/**`. `ALLOWED_OPERATIONS`, default `['**']`. */
  operations?: readonly string[];
  /** The https origin of a service, where `{location}` stands for the location in the name. `GOOGLE_ENDPOINTS`. */
  endpoints?: Readonly<Record<string, string>>;
  /** `GOOGLE_CLOUD_UNIVERSE_DOMAIN`, default `googleapis.com`. */
  universeDomain?: string;
  /** The `host:port` of an emulator, which then gets every call, without credentials. `OPERATIONS_EMULATOR_HOST`. */
  emulatorHost?: string;
}

/** The settings of {@link GoogleOperationsPlugin}. */
export interface GoogleOperationsPluginOptions {
  /**
   * The task queue of the plugin's worker, not that of the host. Default `google-operations`, which is the
   * client's default too.
   */
  taskQueue?: string;
  google?: GoogleSettings;
  /**
   * Maximum of requests a minute to Google for one project and location in this process; 0 is none.
   * `GOOGLE_REQUESTS_PER_MINUTE`, default 300, and none with an emulator.
   */
  requestsPerMinute?: number;
  /**
   * Turns Worker Versioning on for the plugin's worker. Default off, regardless of the host's worker and the
   * environment.
   */
  version?: WorkerVersion;
  /** The environment that the other settings are read from. Default `process.env`. */
  env?: NodeJS.ProcessEnv;
}

/** How often the plugin checks whether the host's worker still runs, in ms: the SDK has no event for it. */
const STATE_CHECK_MS = 200;

/** Marks the plugin's own worker, which a plugin of the connection that both use is applied to as well. */
const OWN_WORKER: WorkerPlugin = { name: 'temporal-lro' };

/**
 * Runs temporal-lro's workflows, activities and Nexus service beside the workflows of a host's worker, in a
 * worker of its own: on the task queue `google-operations`, with slots of its own, on the connection and in
 * the namespace of the host.
 *
 * - Payloads pass through the host's codecs and external storage. The payload and failure converters are
 *   Temporal's default ones.
 * - Both workers stop together. Where one fails, the other is stopped, and the host's `run` or `runUntil`
 *   rejects with the first failure: the host's own error, or a {@link WorkerError} `FAILED` where the
 *   plugin's worker could not start or failed.
 * - The host's Worker Versioning, interceptors, tuner and limits are not applied to the plugin's worker.
 *   Plugins of the connection are.
 */
export class GoogleOperationsPlugin implements WorkerPlugin {
  readonly name = 'temporal-lro.GoogleOperationsPlugin';
  readonly #taskQueue: string;
  readonly #google: GoogleConfig;
  readonly #version: WorkerVersion | undefined;

  /** @throws {ConfigError} with every setting that cannot be used, by the name of its environment variable */
  constructor(options: GoogleOperationsPluginOptions = {}) {
    this.#taskQueue = options.taskQueue ?? DEFAULT_TASK_QUEUE;
    this.#google = googleConfig(options);
    this.#version = options.version;
  }

  /**
   * @throws {ConfigError} if the host polls the same task queue: each would get workflows that only the other has
   */
  configureWorker(options: WorkerOptions): WorkerOptions {
    if (options.taskQueue === this.#taskQueue && !options.plugins?.includes(OWN_WORKER)) {
      throw new ConfigError([
        `taskQueue ${quoted(this.#taskQueue)} is the host's own; the plugin's worker takes another one: new GoogleOperationsPlugin({ taskQueue })`,
      ]);
    }
    return options;
  }

  async runWorker(host: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    if (host.options.plugins?.includes(OWN_WORKER)) return next(host);
    const failures: unknown[] = [];
    const hostEnded = new AbortController();
    // Nothing is awaited before this: runUntil() shuts down only a worker that is running when its promise settles.
    const running = next(host)
      .catch((error: unknown) => failures.push(error))
      .finally(() => hostEnded.abort());
    const beside = this.#runBeside(host, hostEnded.signal).catch(async (error: unknown) => {
      failures.push(this.#failure(error));
      while (host.getState() === 'INITIALIZED' && !hostEnded.signal.aborted) await pause(hostEnded.signal);
      if (host.getState() === 'RUNNING') host.shutdown();
    });
    await Promise.all([running, beside]);
    if (failures.length > 0) throw failures[0];
  }

  async #runBeside(host: Worker, hostEnded: AbortSignal): Promise<void> {
    const { connection: shared, namespace, dataConverter } = host.options;
    // A host without a connection has opened its own to localhost, and closes it when it stops.
    const connection = shared ?? (await NativeConnection.connect());
    try {
      const settings = {
        temporal: { namespace },
        taskQueue: this.#taskQueue,
        google: this.#google,
        version: this.#version,
      };
      const worker = await Worker.create({
        ...(await workerOptions(settings, connection)),
        // The bundle was built with Temporal's converters.
        dataConverter: { ...dataConverter, payloadConverterPath: undefined, failureConverterPath: undefined },
        plugins: [OWN_WORKER],
      });
      const running = worker.run();
      const following = stopWith(host, worker, hostEnded, shared !== undefined);
      try {
        await running;
      } finally {
        await following;
      }
    } finally {
      if (shared === undefined) await connection.close();
    }
  }

  #failure(cause: unknown): WorkerError {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The worker of temporal-lro on task queue ${quoted(this.#taskQueue)} failed: ${why}`;
    return new WorkerError('FAILED', message, { cause });
  }
}

/**
 * Shuts the plugin's worker down when the host's worker stops; until then it follows the host to a connection
 * that replaces its own.
 */
async function stopWith(host: Worker, worker: Worker, hostEnded: AbortSignal, isShared: boolean): Promise<void> {
  try {
    while (isUp(host) && isUp(worker) && !hostEnded.aborted) {
      if (isShared && host.connection !== undefined && host.connection !== worker.connection)
        worker.connection = host.connection;
      await pause(hostEnded);
    }
  } finally {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  }
}

function isUp(worker: Worker): boolean {
  const state = worker.getState();
  return state === 'INITIALIZED' || state === 'RUNNING';
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(STATE_CHECK_MS, undefined, { signal }).catch(() => undefined);
}

function googleConfig({ env = process.env, google = {}, requestsPerMinute }: GoogleOperationsPluginOptions) {
  const endpoints = google.endpoints && Object.entries(google.endpoints);
  const given = {
    GOOGLE_SERVICES: google.services?.join(','),
    ALLOWED_OPERATIONS: google.operations?.join(','),
    GOOGLE_ENDPOINTS: endpoints?.map(([service, origin]) => `${service}=${origin}`).join(','),
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: google.universeDomain,
    OPERATIONS_EMULATOR_HOST: google.emulatorHost,
    GOOGLE_REQUESTS_PER_MINUTE: requestsPerMinute?.toString(),
  };
  return readGoogleConfig({ ...env, ...withoutUndefined(given) });
}
