import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** What an activity failed with, without Temporal's frame around it. */
export function causeOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? (error.cause ?? error) : error;
}

/** The same for a report: a failure type of the contract or of Temporal, else `UNKNOWN`. It takes any error, such as a time-out. */
export function reasonOf(error: unknown): { type: string; message: string } {
  const cause = causeOf(error);
  const type = cause instanceof ApplicationFailure ? (cause.type ?? 'UNKNOWN') : 'UNKNOWN';
  return { type, message: cause instanceof Error ? cause.message : String(cause) };
}
