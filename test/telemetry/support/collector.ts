import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as OTLP has it in JSON. */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

interface DataPoint {
  attributes: { key: string; value: { stringValue?: string } }[];
  asDouble?: number;
  count?: number;
  bucketCounts?: number[];
  explicitBounds?: number[];
}

/** A metric as OTLP has it in JSON. */
export interface OtlpMetric {
  name: string;
  sum?: { isMonotonic: boolean; aggregationTemporality: number; dataPoints: DataPoint[] };
  gauge?: { dataPoints: DataPoint[] };
  histogram?: { dataPoints: DataPoint[] };
}

interface Scoped {
  spans?: OtlpSpan[];
  metrics?: OtlpMetric[];
}
interface Batch {
  resource: { attributes: { key: string; value: { stringValue?: string } }[] };
  scopeSpans?: Scoped[];
  scopeMetrics?: Scoped[];
}

/** A collector of OpenTelemetry that takes OTLP over HTTP in JSON, and keeps what it got. */
export async function startCollector() {
  /** Each span with the `service.name` of the process that sent it. */
  const spans: (OtlpSpan & { service: string })[] = [];
  /** Of each name the last that came. */
  const metrics = new Map<string, OtlpMetric>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(body) as Record<string, Batch[] | undefined>;
      for (const { resource, scopeSpans = [], scopeMetrics = [] } of [...resourceSpans, ...resourceMetrics]) {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
        for (const span of scopeSpans.flatMap((scope) => scope.spans ?? [])) spans.push({ ...span, service });
        for (const metric of scopeMetrics.flatMap((scope) => scope.metrics ?? [])) metrics.set(metric.name, metric);
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
