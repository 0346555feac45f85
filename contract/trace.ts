import { sha256 } from './sha256.js';

/** The header in which Temporal's OpenTelemetry interceptors of all languages pass the W3C trace context on, as JSON. */
export const TRACE_HEADER = '_tracer-data';

/** A span in W3C's terms, in hex. */
export interface TraceParent {
  traceId: string;
  spanId: string;
  /** 1: sampled. */
  traceFlags: number;
}

/** A workflow's part in a trace, which the worker reports as a span. */
export interface WorkflowSpan {
  /** The trace of a caller. Without one the run has a trace of its own. */
  parent?: TraceParent;
  /** In ms since 1970. */
  startedAt: number;
  endedAt: number;
  /** The message that the workflow failed with. */
  error?: string;
}

/** The worker makes spans of what workflows report. A type alias, as the SDK's sinks have to be. */
export type TracingSinks = { tracing: { report(span: WorkflowSpan): void } };

const TRACEPARENT = /"traceparent"\s*:\s*"00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})"/;
/** In bytes. W3C allows 512 for `tracestate` beside it. */
const MAX_HEADER_BYTES = 2_048;

/** The trace context in the bytes of a payload of {@link TRACE_HEADER}; `undefined` if there is none, or it is bad. */
export function parseTraceHeader(data: Uint8Array | null | undefined): TraceParent | undefined {
  if (data == null || data.length > MAX_HEADER_BYTES) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(new TextDecoder().decode(data)) ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 };
}

/** The JSON of {@link TRACE_HEADER}. */
export function traceHeader({ traceId, spanId, traceFlags }: TraceParent): { traceparent: string } {
  return { traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}` };
}

/**
 * The span of a workflow's run. Workflow, activities and workers on other machines find the same one without
 * telling each other: its ids are digests of the run's id, and the trace is the caller's if there is one.
 */
export function spanOfRun(runId: string, parent?: TraceParent): TraceParent {
  const digest = sha256(runId);
  const { traceId = digest.slice(0, 32), traceFlags = 1 } = parent ?? {};
  return { traceId, spanId: digest.slice(32, 48), traceFlags };
}
