import { loggingWarnings } from '../google/http/library-logging.js';
import { type WorkerConfig, readWorkerConfig } from '../config/worker-config.js';
import { watchVersion } from './deployment.js';
import { serveHealth } from './health.js';
import { formatAddress } from '../config/host-port.js';
import { createLogger, type Logger } from './log.js';
import { limitHeapGrowth } from './limit-heap-growth.js';
import { type RunningWorker, startWorker } from './run.js';
import { onStopSignal } from './signals.js';
import { installRuntime } from './telemetry.js';
import { packageVersion } from '../config/package-version.js';

/**
 * The worker process from its environment to its exit code: 0 after SIGTERM or SIGINT, 1 where it could not run, with a
 * plain message on stderr. A second signal ends the process at once.
 */
export async function runWorkerProcess(env: NodeJS.ProcessEnv): Promise<number> {
  let log: Logger | undefined;
  limitHeapGrowth(env, process.execArgv);
  try {
    const config = readWorkerConfig(env);
    log = await createLogger(config.log);
    for (const warning of loggingWarnings) log.warn(warning);
    await work(config, log);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (log === undefined) process.stderr.write(`${message}\n`);
    else log.error({ code: codeOf(error) }, message);
    return 1;
  }
}

async function work(config: WorkerConfig, log: Logger): Promise<void> {
  await installRuntime(log, config.metrics);
  const stop = new AbortController();
  const release = onStopSignal((signal) => {
    log.info(`${signal}: handing back what is under way; once more ends at once`);
    stop.abort();
  });
  let worker: RunningWorker | undefined;
  const health =
    config.health &&
    (await serveHealth(config.health, async () => {
      if (stop.signal.aborted) return { ready: false, worker: 'STOPPING' };
      return worker === undefined ? { ready: false, worker: 'STARTING' } : worker.readiness();
    }));
  try {
    if (health !== undefined)
      log.info(`health at http://${formatAddress(health.address)}/healthz and /readyz`);
    worker = await startWorker(config, { log, signal: stop.signal });
    announce(config, log);
    const { version } = config;
    if (version !== undefined)
      void watchVersion({ ...config, version }, async () => worker?.routing(), { log, signal: stop.signal });
    await Promise.race([worker.done, aborted(stop.signal)]);
    await worker.stop();
    log.info('stopped');
  } catch (error) {
    // Asked to stop before there was a worker: there is nothing to hand back.
    if (!(stop.signal.aborted && worker === undefined)) throw error;
  } finally {
    await health?.close();
    release();
  }
}

function announce({ temporal, taskQueue, google, version, metrics }: WorkerConfig, log: Logger): void {
  const { endpoints, services, operations, requestsPerMinute } = google;
  log.info(
    {
      taskQueue,
      namespace: temporal.namespace,
      address: temporal.address,
      version: packageVersion(),
      ...(version && { deployment: `${version.deploymentName}.${version.buildId}` }),
      google:
        endpoints.emulatorHost === undefined
          ? endpoints.universeDomain
          : `emulator ${endpoints.emulatorHost}`,
      services: services.join(','),
      operations: operations.join(','),
      requestsPerMinute: requestsPerMinute ?? 'unlimited',
      ...(metrics && { metrics: `http://${formatAddress(metrics)}/metrics` }),
    },
    'ready',
  );
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
