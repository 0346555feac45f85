import type { ApplicationFailure } from '@temporalio/activity';
import { isPollState, type OperationRef, type PollState } from '../contract/activities.js';
import type { OperationsClient } from '../google/client.js';
import { endAttempt, running } from './failures.js';
import { meteredClient } from './metered-client.js';
import type { ProcessState } from './process-state.js';
import { StatefulAttempt } from './stateful-attempt.js';

/** A wait up to this long stays within the attempt; Temporal's timer does the longer ones. */
const MAX_WAIT_MS = 1_500;
const MIN_REQUEST_TIMEOUT_MS = 100;
/** A request ends this long before the activity's time is up, because a later answer would be lost. */
const ANSWER_MARGIN_MS = 300;

/** One attempt of an activity that calls Google: its client, its poll state and its deadlines. */
export class Attempt extends StatefulAttempt<PollState> {
  /** Each request takes a slot of the limiter and is counted. */
  readonly operations: OperationsClient;
  private requestsEndAt = Number.POSITIVE_INFINITY;

  constructor(
    readonly process: ProcessState,
    readonly ref: OperationRef,
    initial: PollState,
  ) {
    super(initial, isPollState);
    this.operations = meteredClient(this);
  }

  get pollState(): PollState {
    return this.state;
  }

  /** There was an earlier attempt, even if an operator's reset has set the attempt number back to 1. */
  get isRetry(): boolean {
    return this.context.info.attempt > 1 || this.lastHeartbeat !== undefined;
  }

  /** An operator has reset the activity. */
  get isReset(): boolean {
    return this.context.info.attempt === 1 && this.lastHeartbeat !== undefined;
  }

  /** The workflow has cancelled the activity. A worker that shuts down or an operator's pause ends it too. */
  get isCancelled(): boolean {
    return this.context.cancellationDetails?.cancelRequested ?? false;
  }

  /** When the activity's time is up, in ms since 1970. */
  get closesAt(): number {
    const { scheduledTimestampMs, scheduleToCloseTimeoutMs } = this.context.info;
    return scheduleToCloseTimeoutMs > 0 ? scheduledTimestampMs + scheduleToCloseTimeoutMs : Number.POSITIVE_INFINITY;
  }

  /** The time by Temporal's clock, in ms since 1970, or earlier by as long as the attempt waited for a worker. */
  get temporalTime(): number {
    return this.context.info.currentAttemptScheduledTimestampMs + Date.now() - this.startedAt;
  }

  /** Whether the requests from now on have been made optional by {@link makeOptional}. */
  get isOptional(): boolean {
    return this.requestsEndAt !== Number.POSITIVE_INFINITY;
  }

  /**
   * Makes the requests from now on optional: each is sent only if a slot for a poll is free at once.
   *
   * @param requestsEndAt when they have to have ended, in ms since 1970
   */
  makeOptional(requestsEndAt: number): void {
    this.requestsEndAt = requestsEndAt;
  }

  /** The timeout of a request, in ms: the given one, or less if the attempt has to end earlier. */
  timeoutFor(wantedMs: number): number {
    const end = Math.min(this.closesAt, this.requestsEndAt);
    return Math.max(MIN_REQUEST_TIMEOUT_MS, Math.min(wantedMs, end - Date.now() - ANSWER_MARGIN_MS));
  }

  /** Waits until a time in ms since 1970. @throws ApplicationFailure if that is more than 1.5 s away */
  async waitUntil(time = 0): Promise<void> {
    const delayMs = time - Date.now();
    if (delayMs > 0) await this.waitOrEnd(delayMs, () => running(this, delayMs));
  }

  /** Waits up to 1.5 s within the attempt. @throws the result of `failure` if the delay is longer */
  async waitOrEnd(delayMs: number, failure: () => ApplicationFailure): Promise<void> {
    if (delayMs > MAX_WAIT_MS) throw failure();
    await this.sleep(delayMs);
  }

  /** Waits within the attempt. @throws ApplicationFailure when the attempt has to end */
  async sleep(ms: number): Promise<void> {
    await this.context.sleep(Math.max(0, ms)).catch(() => {
      throw endAttempt(this.pollState);
    });
  }
}
