import { GoogleOperationsError } from '../../client/errors.js';
import type { ItemReport, ItemRun } from '../../contract/activities.js';
import { isCodeName } from '../../contract/code.js';
import { endAttempt } from '../failures.js';
import { StatefulAttempt } from '../stateful-attempt.js';

/** An unanswered start sends no heartbeat for 4 s, as that would delay the one with the run by seconds. */
const MAX_QUIET_MS = 4_000;
export const MAX_MESSAGE_LENGTH = 300;

/** One attempt of an activity for one item. Its state is the execution, once that is known. */
export class ItemAttempt extends StatefulAttempt<ItemRun | undefined> {
  constructor(run?: ItemRun) {
    super(run, isItemRun);
  }

  /**
   * Runs the attempt with heartbeats. An error that concerns this one operation becomes the item's report;
   * one that concerns Temporal is thrown, and Temporal tries again.
   */
  async report(work: () => Promise<ItemReport>): Promise<ItemReport> {
    try {
      return await this.withHeartbeats(() => this.unlessCancelled(work()));
    } catch (error) {
      if (!(error instanceof GoogleOperationsError)) throw error;
      const { failureType } = error;
      const type = failureType === undefined ? error.code : isCodeName(failureType) ? failureType : 'UNKNOWN';
      return { kind: 'failed', type, message: error.message.slice(0, MAX_MESSAGE_LENGTH) };
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

function isItemRun(details: unknown): details is ItemRun {
  return typeof details === 'object' && details !== null && 'workflowId' in details;
}
