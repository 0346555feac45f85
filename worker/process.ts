import { loggingWarnings } from '../google/http/library-logging.js';
import { type WorkerConfig, readWorkerConfig } from '../config/worker-config.js';
import { logVersionRouting } from './deployment.js';
import { serveHealth } from './health.js';
import { formatAddress } from '../config/host-port.js';
import { createLogger, type Logger } from './log.js';
import { limitHeapGrowth } from './limit-heap-growth.js';
import { type RunningWorker, startWorker } from './run.js';
import { onStopSignal } from './signals.js';
import { installRuntime } from './telemetry.js';
import { packageVersion } from '../config/package-version.js';

/**
 * Runs the worker of this process until SIGTERM or SIGINT. A second signal ends the process at once.
 *
 * @returns the exit code: 0 after a signal; 1 if the worker could not run, with a message on stderr.
 */
export async function runWorkerProcess(env: NodeJS.ProcessEnv): Promise<number> {
  let log: Logger | undefined;
  limitHeapGrowth(env, process.execArgv);
  try {
    const config = readWorkerConfig(env);
    log = await createLogger(config.log);
    for (const warning of loggingWarnings) log.warn(warning);
    await runWorker(config, log);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (log === undefined) process.stderr.write(`${message}\n`);
    else log.error({ code: errorCode(error) }, message);
    return 1;
  }
}

async function runWorker(config: WorkerConfig, log: Logger): Promise<void> {
  const flush = await installRuntime(log, config.metrics, config.telemetry);
  const stop = new AbortController();
  const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
  const removeHandlers = onStopSignal((signal) => {
    log.info(`${signal}: stopping; another worker continues the running operations. A second signal exits at once`);
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
    if (health !== undefined) log.info(`health at http://${formatAddress(health.address)}/healthz and /readyz`);
    worker = await startWorker(config, { log, signal: stop.signal });
    logReady(config, log);
    void logVersionRouting(config, worker.connection, { log, signal: stop.signal });
    await Promise.race([worker.done, stopped]);
    await worker.stop();
    log.info('stopped');
  } catch (error) {
    // A stop during the start is no failure.
    if (!(stop.signal.aborted && worker === undefined)) throw error;
  } finally {
    await health?.close();
    await flush();
    removeHandlers();
  }
}

function logReady({ temporal, taskQueue, google, version, metrics }: WorkerConfig, log: Logger): void {
  const { endpoints, services, operations, requestsPerMinute } = google;
  log.info(
    {
      taskQueue,
      namespace: temporal.namespace,
      address: temporal.address,
      version: packageVersion(),
      ...(version && { deployment: `${version.deploymentName}.${version.buildId}` }),
      google: endpoints.emulatorHost === undefined ? endpoints.universeDomain : `emulator ${endpoints.emulatorHost}`,
      services: services.join(','),
      operations: operations.join(','),
      requestsPerMinute: requestsPerMinute ?? 'unlimited',
      ...(metrics && { metrics: `http://${formatAddress(metrics)}/metrics` }),
    },
    'ready',
  );
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
