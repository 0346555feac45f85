import { GoogleOperationsError } from '../../client/errors.js';
import { grpcError } from '../../client/grpc-error.js';
import type { ItemReport, ItemRun } from '../../contract/activities.js';
import { type CodeName, isCodeName } from '../../contract/code.js';
import { endAttempt } from '../failures.js';
import { StatefulAttempt } from '../stateful-attempt.js';

/** An unanswered start sends no heartbeat for 4 s, as that would delay the one with the run by seconds. */
const MAX_QUIET_MS = 4_000;
export const MAX_MESSAGE_LENGTH = 300;
/** Temporal answers a repeated request with the same. A rotated credential passes: a worker without one gets no work. */
const PERMANENT: readonly (CodeName | undefined)[] = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'FAILED_PRECONDITION',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
];

/** One attempt of an activity for one item. Its state is the execution, once that is known. */
export class ItemAttempt extends StatefulAttempt<ItemRun | undefined> {
  constructor(run?: ItemRun) {
    super(run, isItemRun);
  }

  /**
   * Runs the attempt with heartbeats. An error that concerns this one operation, or that Temporal would answer again,
   * becomes the item's report; any other is thrown, and Temporal tries again.
   */
  async report(work: () => Promise<ItemReport>): Promise<ItemReport> {
    try {
      return await this.withHeartbeats(() => this.unlessCancelled(work()));
    } catch (error) {
      const { type, message } = problemOfItem(error) ?? {};
      if (type === undefined || message === undefined) throw error;
      return { kind: 'failed', type, message: message.slice(0, MAX_MESSAGE_LENGTH) };
    } finally {
      if (this.state !== undefined) this.heartbeat();
    }
  }

  protected override heartbeat(): void {
    if (this.state !== undefined || Date.now() - this.startedAt > MAX_QUIET_MS) super.heartbeat();
  }

  // A worker's own connection cannot abort a request: it runs until its deadline, but nothing waits for it.
  private async unlessCancelled<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.context.cancelled]);
    } catch (error) {
      throw this.context.cancellationSignal.aborted ? endAttempt() : error;
    }
  }
}

/** Type and message of an error that no further attempt would mend; `undefined` for any other. */
function problemOfItem(error: unknown): { type: string; message: string } | undefined {
  if (error instanceof GoogleOperationsError) {
    const { code, failureType = code, message } = error;
    return { type: failureType === code || isCodeName(failureType) ? failureType : 'UNKNOWN', message };
  }
  const { code, details } = grpcError(error) ?? {};
  return code !== undefined && PERMANENT.includes(code)
    ? { type: code, message: `Temporal refuses the request: ${details}` }
    : undefined;
}

function isItemRun(details: unknown): details is ItemRun {
  return typeof details === 'object' && details !== null && 'workflowId' in details;
}
