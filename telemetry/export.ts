import { context, trace } from '@opentelemetry/api';
import type { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { RunIdGenerator } from './run-ids.js';

/** The description of a process. */
export interface ExportOptions {
  /** `service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES have another. */
  serviceName: string;
  version: string;
  /** Reads Prometheus' text, to be exported as metrics. Default: no metrics are exported. */
  readMetrics?: () => Promise<string>;
  /** Between two exports of metrics, in ms. */
  metricsIntervalMs?: number;
}

/** The time that the last spans and metrics get when the process ends. */
const FLUSH_TIMEOUT_MS = 2_000;

/**
 * Sends spans, and metrics if there are some, to the collector of OTEL_EXPORTER_OTLP_ENDPOINT, by OTLP over HTTP in JSON.
 * The libraries are loaded only then; they read OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER and alike.
 *
 * @returns a function that sends what is left, within two seconds. It never fails
 */
export async function startExport(options: ExportOptions): Promise<() => Promise<void>> {
  const { serviceName, version, readMetrics, metricsIntervalMs } = options;
  const [{ AsyncLocalStorageContextManager }, { BasicTracerProvider, BatchSpanProcessor }, exporter, resources] =
    await Promise.all([
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources;
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new BasicTracerProvider({
    resource,
    idGenerator: new RunIdGenerator(),
    spanProcessors: [new BatchSpanProcessor(new exporter.OTLPTraceExporter())],
  });
  const manager: AsyncLocalStorageContextManager = new AsyncLocalStorageContextManager();
  context.setGlobalContextManager(manager.enable());
  trace.setGlobalTracerProvider(provider);
  const metrics =
    readMetrics &&
    (await import('./metrics.js')).startMetricsExport({ resource, readMetrics, intervalMs: metricsIntervalMs });
  return async () => {
    const flushed = Promise.allSettled([provider.shutdown(), metrics?.shutdown()]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, FLUSH_TIMEOUT_MS)));
    await Promise.race([flushed, late]);
    clearTimeout(timer);
  };
}
