import { type ActivityOptions, ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';

/** How an activity ended. */
export type Ended = { returned: unknown } | { failed: string; message: string };

/** A workflow that is not ours: it calls any activity of a task queue, once with each argument. */
export function callActivity(taskQueue: string, type: string, args: unknown[]): Promise<Ended[]> {
  const options: ActivityOptions = {
    taskQueue,
    startToCloseTimeout: '2m',
    heartbeatTimeout: '1m',
    retry: { maximumAttempts: 1 },
  };
  const call = proxyActivities<Record<string, (argument: unknown) => Promise<unknown>>>(options)[type];
  return Promise.all(args.map((argument) => endOf(() => call?.(argument))));
}

async function endOf(call: () => Promise<unknown> | undefined): Promise<Ended> {
  try {
    return { returned: await call() };
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : error;
    if (!(cause instanceof ApplicationFailure)) throw error;
    return { failed: cause.type ?? '', message: cause.message };
  }
}
