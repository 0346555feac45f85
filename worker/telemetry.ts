import { lookup } from 'node:dns/promises';
import { Runtime } from '@temporalio/worker';
import { ConfigError } from '../config/config-error.js';
import { formatAddress, type HostPort } from '../config/host-port.js';
import { cannotListen, problemOfListening } from './port-check.js';
import { type Logger, temporalLogger } from './log.js';

/** From a cancel that wins at once to one that takes a week, in seconds. */
const CANCEL_TO_OUTCOME = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400, 604_800];

/**
 * Installs the SDK's runtime, which a process does once and before anything else of the SDK: our log, Prometheus metrics
 * where they are asked for, and signals left to us.
 *
 * @throws {ConfigError} that names METRICS_ADDRESS where it cannot be listened on.
 */
export async function installRuntime(log: Logger, metrics: HostPort | undefined): Promise<void> {
  const bindAddress = metrics === undefined ? undefined : await resolve(metrics);
  Runtime.install({
    logger: temporalLogger(log),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(bindAddress === undefined
        ? {}
        : {
            metrics: {
              prometheus: {
                bindAddress,
                countersTotalSuffix: true,
                useSecondsForDurations: true,
                histogramBucketOverrides: { google_operation_cancel_to_outcome_seconds: CANCEL_TO_OUTCOME },
              },
            },
          }),
    },
  });
}

// The SDK takes an IP address only, and throws without a code where it cannot listen.
async function resolve(address: HostPort): Promise<string> {
  const text = formatAddress(address);
  try {
    const resolved = { host: (await lookup(address.host)).address, port: address.port };
    const problem = await problemOfListening(resolved);
    if (problem === undefined) return formatAddress(resolved);
    throw Object.assign(new Error(problem), { code: problem });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ConfigError([`METRICS_ADDRESS ${cannotListen(text, code)}`], { cause: error });
  }
}
