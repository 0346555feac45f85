import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, type MetricProducer, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { metricsFromText } from './metrics-from-text.js';

const INTERVAL_MS = 60_000;

export interface MetricsExportOptions {
  resource: Resource;
  readMetrics: () => Promise<string>;
  /** Default 60 s, as OpenTelemetry has it. */
  intervalMs?: number | undefined;
}

/**
 * Exports by OTLP what Prometheus would scrape, under the same names. The SDK's runtime takes one exporter of metrics
 * only, and its own for OTLP would have a series for each type that a caller makes up.
 */
export function startMetricsExport({ resource, readMetrics, intervalMs = INTERVAL_MS }: MetricsExportOptions) {
  const startTimeMs = Date.now();
  const producer: MetricProducer = {
    async collect() {
      try {
        const metrics = metricsFromText(await readMetrics(), { startTimeMs, timeMs: Date.now() });
        return {
          resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'temporal-lro' }, metrics }] },
          errors: [],
        };
      } catch (error) {
        return { resourceMetrics: { resource, scopeMetrics: [] }, errors: [error] };
      }
    },
  };
  const exportTimeoutMillis = Math.min(intervalMs, 10_000);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis,
    metricProducers: [producer],
  });
  return new MeterProvider({ resource, readers: [reader] });
}
