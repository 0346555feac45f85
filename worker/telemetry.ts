import { lookup } from 'node:dns/promises';
import { Runtime } from '@temporalio/worker';
import { ConfigError } from '../config/config-error.js';
import { formatAddress, type HostPort } from '../config/host-port.js';
import { explainListenError, listenOnce } from './port-check.js';
import { type Logger, temporalLogger } from './log.js';

/** The buckets of the time from cancel to outcome: from half a second to a week. */
const CANCEL_TO_OUTCOME_BUCKETS_S = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400, 604_800];

/**
 * Installs the SDK's runtime with this process's log, Prometheus metrics if an address is set, and no
 * signal handlers. A process does this once, before it uses the SDK.
 *
 * @throws {ConfigError} that names METRICS_ADDRESS if the server cannot listen there.
 */
export async function installRuntime(log: Logger, metrics: HostPort | undefined): Promise<void> {
  const bindAddress = metrics === undefined ? undefined : await resolve(metrics);
  Runtime.install({
    logger: temporalLogger(log),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(bindAddress !== undefined && {
        metrics: {
          prometheus: {
            bindAddress,
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
}

// The SDK accepts only an IP address, and its error has no code if it cannot listen.
async function resolve(address: HostPort): Promise<string> {
  const text = formatAddress(address);
  try {
    const resolved = { host: (await lookup(address.host)).address, port: address.port };
    await listenOnce(resolved);
    return formatAddress(resolved);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ConfigError([`METRICS_ADDRESS ${explainListenError(text, code)}`], { cause: error });
  }
}
