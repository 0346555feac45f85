import { context, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { TRACE_HEADER, traceHeader } from '../contract/trace.js';
import { inSpan } from './span-context.js';

type Headers = Parameters<NonNullable<WorkflowClientInterceptor['start']>>[0]['headers'];

/** Makes a span of each start, signal and update of a client, and passes it on to the workflow. */
export const clientSpans: WorkflowClientInterceptor = {
  start: (input, next) => traced(`StartWorkflow:${input.workflowType}`, (add) => next(add(input))),
  startWithDetails: (input, next) => traced(`StartWorkflow:${input.workflowType}`, (add) => next(add(input))),
  signal: (input, next) => traced(`SignalWorkflow:${input.signalName}`, (add) => next(add(input))),
  signalWithStart: (input, next) => traced(`SignalWithStartWorkflow:${input.workflowType}`, (add) => next(add(input))),
  startUpdate: (input, next) => traced(`StartWorkflowUpdate:${input.updateName}`, (add) => next(add(input))),
  startUpdateWithStart: (input, next) =>
    traced(`UpdateWithStartWorkflow:${input.updateName}`, (_, headers) =>
      next({
        ...input,
        workflowStartHeaders: { ...input.workflowStartHeaders, ...headers },
        updateHeaders: { ...input.updateHeaders, ...headers },
      }),
    ),
};

async function traced<T>(
  name: string,
  send: (add: <I extends { headers: Headers }>(input: I) => I, headers: Headers) => Promise<T>,
): Promise<T> {
  const span = trace.getTracer('temporal-lro').startSpan(name, { kind: SpanKind.CLIENT });
  const headers = headersOf(span);
  return context.with(trace.setSpan(context.active(), span), () =>
    inSpan(span, () => send((input) => ({ ...input, headers: { ...input.headers, ...headers } }), headers)),
  );
}

function headersOf(span: Span): Headers {
  return { [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceHeader(span.spanContext())) };
}
