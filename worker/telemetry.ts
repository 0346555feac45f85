import { Runtime } from '@temporalio/worker';
import type { TelemetryConfig } from '../config/telemetry-config.js';
import { ConfigError } from '../config/config-error.js';
import { formatAddress, type HostPort } from '../config/host-port.js';
import { packageVersion } from '../config/package-version.js';
import { startExport } from '../telemetry/export.js';
import { readKnownSeries, serveKnownSeries } from './known-series.js';
import { type Logger, temporalLogger } from './log.js';
import { explainListenError, listenOnce } from './port-check.js';

/** The buckets of the time from cancel to outcome: from half a second to a week. */
const CANCEL_TO_OUTCOME_BUCKETS_S = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400, 604_800];

/**
 * Installs the SDK's runtime with this process's log, Prometheus metrics if an address is set, and no
 * signal handlers. A process does this once, before it uses the SDK.
 *
 * @returns a function that sends what is left to a collector of OpenTelemetry, if there is one; call it at the end
 * @throws {ConfigError} that names METRICS_ADDRESS if the server cannot listen there.
 */
export async function installRuntime(log: Logger, metrics: HostPort | undefined, telemetry?: TelemetryConfig) {
  const needsMetrics = metrics !== undefined || telemetry !== undefined;
  const source = needsMetrics && { host: '127.0.0.1', port: await listenOnce({ host: '127.0.0.1', port: 0 }) };
  if (metrics !== undefined && source) await serve(metrics, source);
  Runtime.install({
    logger: temporalLogger(log),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(source && {
        metrics: {
          prometheus: {
            bindAddress: formatAddress(source),
            countersTotalSuffix: true,
            useSecondsForDurations: true,
            histogramBucketOverrides: {
              google_operation_cancel_to_outcome_seconds: CANCEL_TO_OUTCOME_BUCKETS_S,
            },
          },
        },
      }),
    },
  });
  if (telemetry === undefined || !source) return () => Promise.resolve();
  return startExport({
    serviceName: 'temporal-lro-worker',
    version: packageVersion(),
    readMetrics: () => readKnownSeries(source),
    ...telemetry,
  });
}

/** Serves the metrics of a port of this machine at the address. @throws {ConfigError} that names METRICS_ADDRESS */
async function serve(address: HostPort, source: HostPort): Promise<void> {
  try {
    await serveKnownSeries(address, source);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ConfigError([`METRICS_ADDRESS ${explainListenError(formatAddress(address), code)}`], { cause: error });
  }
}
