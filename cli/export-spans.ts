import { packageVersion } from '../config/package-version.js';
import { readTelemetryConfig } from '../config/telemetry-config.js';

/** The commands whose process has workers, which export for themselves. */
const WORKERS = ['worker', 'dev', 'demo', 'emulator'];

/**
 * Exports the spans of a command to the collector of OTEL_EXPORTER_OTLP_ENDPOINT, if that is set. A variable that cannot
 * be used is named by the command itself.
 *
 * @returns a function that sends what is left
 */
export async function exportSpans([, , command = '']: readonly string[]): Promise<() => Promise<void>> {
  if (!process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] || WORKERS.includes(command)) return () => Promise.resolve();
  try {
    if (readTelemetryConfig(process.env) === undefined) return () => Promise.resolve();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return () => Promise.resolve();
  }
  const { startExport } = await import('../telemetry/export.js');
  return startExport({ serviceName: 'temporal-lro', version: packageVersion() });
}
