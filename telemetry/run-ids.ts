import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import type { TraceParent } from '../contract/trace.js';

let preset: TraceParent | undefined;

/** Random ids, but for a span that {@link withSpanId} makes. */
export class RunIdGenerator implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  generateTraceId = (): string => preset?.traceId ?? this.#random.generateTraceId();
  generateSpanId = (): string => preset?.spanId ?? this.#random.generateSpanId();
}

/** Calls a function that makes one span, at once, which has these ids if its provider has a {@link RunIdGenerator}. */
export function withSpanId<T>(ids: TraceParent, makeSpan: (root: Context) => T): T {
  preset = ids;
  try {
    return makeSpan(ROOT_CONTEXT);
  } finally {
    preset = undefined;
  }
}
