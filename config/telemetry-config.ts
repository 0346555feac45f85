import { readEnvironment, type Variables } from './variables.js';

/** The export of traces and metrics by OTLP. OpenTelemetry's own libraries read the rest of OTEL_*. */
export interface TelemetryConfig {
  /** Between two exports of metrics, in ms. Default: 60 s. */
  metricsIntervalMs?: number;
}

/** `undefined` unless OTEL_EXPORTER_OTLP_ENDPOINT is set. @throws {ConfigError} */
export function readTelemetryConfig(env: NodeJS.ProcessEnv): TelemetryConfig | undefined {
  return readEnvironment(env, (variables) => ({ telemetry: telemetryConfigFrom(variables) })).telemetry;
}

/** The same as a part of a larger configuration: problems are added to `variables.problems`. */
export function telemetryConfigFrom(variables: Variables): TelemetryConfig | undefined {
  const endpoint = variables.value('OTEL_EXPORTER_OTLP_ENDPOINT', 'a URL such as http://localhost:4318', (text) =>
    /^https?:\/\/[^\s/]+/.test(text) && URL.canParse(text) ? text : undefined,
  );
  variables.value(
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'http/json, the one protocol that is spoken here',
    (text) => text.startsWith('http/') || undefined,
  );
  const metricsIntervalMs = variables.value('OTEL_METRIC_EXPORT_INTERVAL', 'milliseconds, from 100 on', (text) =>
    /^\d{3,9}$/.test(text) ? Number(text) : undefined,
  );
  if (endpoint === undefined || variables.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  return metricsIntervalMs === undefined ? {} : { metricsIntervalMs };
}
