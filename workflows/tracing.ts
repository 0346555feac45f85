import {
  ContinueAsNew,
  proxySinks,
  type WorkflowExecuteInput,
  workflowInfo,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';
import { messages } from '../contract/messages.js';
import { parseTraceHeader, TRACE_HEADER, type TraceParent, type TracingSinks } from '../contract/trace.js';

type Headers = WorkflowExecuteInput['headers'];

/**
 * Passes a caller's trace on to activities: that of the start, and from an abort on that of whoever asked for it.
 *
 * It neither waits nor draws random numbers, as Temporal's own interceptors do, so that a workflow takes the same course on
 * workers with and without tracing. Temporal does not compare headers in a replay.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const { tracing } = proxySinks<TracingSinks>();
  const parts: { parent: TraceParent | undefined; startedAt: number }[] = [];
  let current: Headers = {};

  const enter = (headers: Headers, isStart: boolean): void => {
    const header = headers[TRACE_HEADER];
    const parent = parseTraceHeader(header?.data);
    if (header === undefined || parent === undefined) {
      if (isStart) parts.push({ parent: undefined, startedAt: Date.now() });
      return;
    }
    current = { [TRACE_HEADER]: header };
    if (!parts.some((part) => part.parent?.traceId === parent.traceId)) parts.push({ parent, startedAt: Date.now() });
  };
  const leave = (error?: unknown): void => {
    // A replay has been reported already, and the tools that make one have no such sink.
    if (workflowInfo().unsafe.isReplaying) return;
    const message = error instanceof Error && !(error instanceof ContinueAsNew) ? error.message : undefined;
    for (const { parent, startedAt } of parts)
      tracing.report({
        startedAt,
        endedAt: Date.now(),
        ...(parent && { parent }),
        ...(message !== undefined && { error: message }),
      });
  };
  const traced = <T extends { headers: Headers }>(input: T): T => ({
    ...input,
    headers: { ...input.headers, ...current },
  });

  return {
    inbound: [
      {
        execute(input, next) {
          enter(input.headers, true);
          const result = next(input);
          void result.then(() => leave(), leave);
          return result;
        },
        handleSignal(input, next) {
          if (input.signalName === messages.abort) enter(input.headers, false);
          return next(input);
        },
        handleUpdate(input, next) {
          if (input.name === messages.abort) enter(input.headers, false);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        scheduleLocalActivity: (input, next) => next(traced(input)),
        continueAsNew: (input, next) => next(traced(input)),
      },
    ],
  };
};
