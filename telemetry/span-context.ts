import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { TraceParent } from '../contract/trace.js';

/** A context in which new spans have this parent. */
export function contextOf(parent: TraceParent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

/** Runs a function in a span, which ends with it. An error is recorded, unless `isExpected` says otherwise. */
export async function inSpan<T>(
  span: Span,
  run: () => Promise<T>,
  isExpected: (error: unknown) => boolean = () => false,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    span.setStatus({ code: isExpected(error) ? SpanStatusCode.UNSET : SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span.end();
  }
}
