import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { InjectedSinks } from '@temporalio/worker';
import { spanOfRun, type TracingSinks } from '../contract/trace.js';
import { withSpanId } from './run-ids.js';
import { contextOf } from './span-context.js';

/** Makes a span of each run of a workflow in each trace that it is part of, once it has ended. */
export const workflowSpans: InjectedSinks<TracingSinks> = {
  tracing: {
    report: {
      callDuringReplay: false,
      fn({ workflowType, workflowId, runId }, { parent, startedAt, endedAt, error }) {
        const own = spanOfRun(runId, parent);
        const attributes = { temporalWorkflowId: workflowId, run_id: runId };
        const span = withSpanId(own, (root) =>
          trace
            .getTracer('temporal-lro')
            .startSpan(
              `RunWorkflow:${workflowType}`,
              { attributes, startTime: startedAt },
              parent === undefined ? root : contextOf(parent),
            ),
        );
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
        span.end(endedAt);
      },
    },
  },
};
