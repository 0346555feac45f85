import type { Worker, WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { ConfigError } from '../config/config-error.js';
import { NO_PATCHES, readPluginConfig, type WorkerVersion } from '../config/worker-config.js';
import { DEFAULT_TASK_QUEUE } from '../contract/names.js';
import { quoted } from '../contract/text.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { OWN_WORKER, pause, runBeside } from './shared-worker.js';
import { WorkerError } from './worker-error.js';

/**
 * The worker's access to Google. Each setting replaces an environment variable and has the same
 * rules.
 */
export interface GoogleSettings {
  /**
   * The services it may call; `'*'` is every `*.googleapis.com` without objects. `GOOGLE_SERVICES`, default
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
   * The highest number of poll attempts a second in this process, which adapts it to the load. `MAX_ATTEMPTS_PER_SECOND`,
   * default no maximum.
   */
  attemptsPerSecond?: number;
  /**
   * Turns Worker Versioning on for the plugin's worker. Default off, regardless of the host's worker and the
   * environment.
   */
  version?: WorkerVersion;
  /**
   * The patches of the workflows that take effect in executions that reach them here; `[]` is none of them. `WORKER_PATCHES`,
   * default all. Needs SDK 1.24.
   */
  patches?: readonly string[];
  /** The environment that the other settings are read from. Default `process.env`. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Runs temporal-lro's workflows, activities and Nexus service beside the workflows of a host's worker, in a
 * worker of its own: on the task queue `google-operations`, with slots of its own, on the connection and in
 * the namespace of the host.
 *
 * - Payloads pass through the host's data converter. If it has a payload or failure converter of its own, the
 *   workflows are bundled with that at the start, which takes about two seconds.
 * - Hosts with one connection, namespace and task queue share one worker, which stops with the last of them; the
 *   data converter is that of the first. On other connections there is a worker for each, and all workers with
 *   the same access to Google share the limit of requests.
 * - Host and plugin stop together. Where one fails, the other is stopped, and the host's `run` or `runUntil`
 *   rejects with the first failure: the host's own error, or a {@link WorkerError} `FAILED` where the
 *   plugin's worker could not start or failed.
 * - The host's Worker Versioning, interceptors, tuner and limits are not applied to the plugin's worker.
 *   Plugins of the connection are.
 */
export class GoogleOperationsPlugin implements WorkerPlugin {
  readonly name = 'temporal-lro.GoogleOperationsPlugin';
  readonly #taskQueue: string;
  readonly #config: ReturnType<typeof readPluginConfig>;
  readonly #version: WorkerVersion | undefined;

  /** @throws {ConfigError} with every setting that cannot be used, by the name of its environment variable */
  constructor(options: GoogleOperationsPluginOptions = {}) {
    this.#taskQueue = options.taskQueue ?? DEFAULT_TASK_QUEUE;
    this.#config = pluginConfig(options);
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
    const { namespace, dataConverter } = host.options;
    const settings = {
      temporal: { namespace },
      taskQueue: this.#taskQueue,
      ...this.#config,
      version: this.#version,
      dataConverter,
    };
    await runBeside(host, settings, hostEnded);
  }

  #failure(cause: unknown): WorkerError {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The worker of temporal-lro on task queue ${quoted(this.#taskQueue)} failed: ${why}`;
    return new WorkerError('FAILED', message, { cause });
  }
}

function pluginConfig({ env = process.env, google = {}, patches, ...limits }: GoogleOperationsPluginOptions) {
  const endpoints = google.endpoints && Object.entries(google.endpoints);
  const given = {
    GOOGLE_SERVICES: google.services?.join(','),
    ALLOWED_OPERATIONS: google.operations?.join(','),
    GOOGLE_ENDPOINTS: endpoints?.map(([service, origin]) => `${service}=${origin}`).join(','),
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: google.universeDomain,
    OPERATIONS_EMULATOR_HOST: google.emulatorHost,
    GOOGLE_REQUESTS_PER_MINUTE: limits.requestsPerMinute?.toString(),
    MAX_ATTEMPTS_PER_SECOND: limits.attemptsPerSecond?.toString(),
    WORKER_PATCHES: patches && (patches.join(',') || NO_PATCHES),
  };
  return readPluginConfig({ ...env, ...withoutUndefined(given) });
}
