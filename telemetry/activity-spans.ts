import { context, trace } from '@opentelemetry/api';
import { ApplicationFailure, type Context as ActivityContext } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { parseTraceHeader, spanOfRun, TRACE_HEADER } from '../contract/trace.js';
import { contextOf, inSpan } from './span-context.js';

/**
 * Makes a span of each attempt of an activity, under that of its workflow's run. Requests to Google are under it. An
 * attempt that ends because the operation still runs is no error.
 */
export function activitySpans({ info }: ActivityContext): ActivityInboundCallsInterceptor {
  return {
    execute(input, next) {
      const { activityType, activityId, attempt, workflowExecution: run } = info;
      const parent = parseTraceHeader(input.headers[TRACE_HEADER]?.data);
      const above = run === undefined ? context.active() : contextOf(spanOfRun(run.runId, parent));
      const attributes = {
        temporalActivityId: activityId,
        'temporal.attempt': attempt,
        ...(run && { temporalWorkflowId: run.workflowId, run_id: run.runId }),
      };
      const span = trace.getTracer('temporal-lro').startSpan(`RunActivity:${activityType}`, { attributes }, above);
      return context.with(trace.setSpan(above, span), () => inSpan(span, () => next(input), isBenign));
    },
  };
}

function isBenign(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.category === 'BENIGN';
}
