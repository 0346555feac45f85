/** The classes of what Google or a caller did, and of planned retries: activities, workflows and Nexus calls throw them. */
const EXPECTED = /^(?:\w+Failure|HandlerError|OperationError)$/;

/**
 * An entry of the SDK's log about the failure of an activity, a workflow or a Nexus call that is no fault of this program:
 * its message on one line, without a stack. An activity is retried, or its workflow says what became of it, and is at debug.
 *
 * @returns `undefined` for any other entry
 */
export function expectedFailure(message: string, fields: Readonly<Record<string, unknown>>) {
  const { error, activityType, attempt, workflowId, runId, workflowRunId } = fields;
  if (!message.endsWith('failed') || !(error instanceof Error) || !EXPECTED.test(classOf(error))) return undefined;
  const isActivity = typeof activityType === 'string';
  const what = isActivity ? `${activityType}, attempt ${String(attempt)}` : message;
  return {
    ...(isActivity && { level: 'debug' as const }),
    message: `${what}: ${error.message}`,
    fields: { workflowId, runId: runId ?? workflowRunId },
  };
}

/** The class of an error. Those of workflows come from another thread, without their class, which their stack begins with. */
function classOf({ name, stack = '' }: Error): string {
  // Failures that callers get are given an empty stack.
  if (name === 'Error') return stack === '' ? 'ApplicationFailure' : (/^\w+/.exec(stack)?.[0] ?? name);
  return name;
}
