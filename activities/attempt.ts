import { ApplicationFailure, Context } from '@temporalio/activity';
import type { OperationRef, PollState } from '../contract/activities.js';
import { type FailureType, OPERATION_RUNNING } from '../contract/messages.js';
import { GoogleApiError } from '../google/error.js';
import { failureHint, sentences } from './failure-hints.js';
import { atLeastRetryAfter } from './classify.js';
import type { Caller, Limiter } from './limiter.js';
import { type ActivityMetrics, type CancelResult, unsentReason } from './metrics.js';
import { quotaScope } from './quota-scope.js';

const HEARTBEAT_EVERY = 1_500;
/** A turn that comes within this time is waited for; a later one is left to Temporal's timer. */
const PATIENCE = 1_500;
/** The activities whose looks something waits for: the first, the confirming and the last one of an operation. A list is for many. */
const URGENT: readonly string[] = ['getOperation', 'cancelOperation'];

/** With these codes a Retry-After is meant for everybody who asks there. */
const PAUSING: readonly string[] = ['RESOURCE_EXHAUSTED', 'UNAVAILABLE'];

/** What the attempts of one process share. */
export interface Desk {
  limiter: Limiter;
  metrics: ActivityMetrics;
}

type Method = 'get' | 'wait' | 'cancel' | 'list';

/** One attempt of an activity: what it remembers, its turn at Google, and how it ends. */
export class Attempt {
  readonly context = Context.current();
  readonly startedAt = Date.now();
  pollState: PollState;
  /** Temporal has not been told the pollState yet. */
  private dirty = false;
  /** What an attempt before this one has told Temporal. */
  readonly lastHeartbeat: PollState | undefined;
  /** Its looks are nobody's first wish any more, and have to be over by then, in ms since 1970. */
  private yieldsUntil: number | undefined;

  /** @param check throws an GoogleApiError where nothing may be sent */
  constructor(
    private readonly target: OperationRef,
    given: PollState,
    private readonly desk: Desk,
    private readonly check: () => void,
  ) {
    const remembered: unknown = this.context.info.heartbeatDetails;
    this.lastHeartbeat = isPollState(remembered) ? remembered : undefined;
    this.pollState = this.lastHeartbeat ?? given;
  }

  /** Whether an attempt of this activity has been made before. One that an operator resets counts from the first again. */
  get isRetry(): boolean {
    return this.context.info.attempt > 1 || this.lastHeartbeat !== undefined;
  }

  /** An operator has begun it anew. */
  get isReset(): boolean {
    return this.context.info.attempt === 1 && this.lastHeartbeat !== undefined;
  }

  /** How long a request may take: it has to be over before the activity's time is up, or its look is not counted. */
  timeoutFor(ms: number): number {
    const by = Math.min(this.closesAt, this.yieldsUntil ?? Number.POSITIVE_INFINITY);
    return Math.max(100, Math.min(ms, by - Date.now() - 300));
  }

  /** Lets a time pass: a short one within the attempt, a longer one by ending it. */
  async waitUntil(time: number | undefined): Promise<void> {
    const delay = (time ?? 0) - Date.now();
    if (delay > PATIENCE) throw this.running(delay);
    if (delay > 0) await this.sleep(delay);
  }

  /** Whether a look from within a workflow task has taken long enough. */
  get isLate(): boolean {
    return Date.now() - this.startedAt > 1_500;
  }

  /** When the activity's time is up, in ms since 1970. */
  get closesAt(): number {
    const { scheduledTimestampMs, scheduleToCloseTimeoutMs } = this.context.info;
    return scheduleToCloseTimeoutMs > 0
      ? scheduledTimestampMs + scheduleToCloseTimeoutMs
      : Number.POSITIVE_INFINITY;
  }

  /** Remembers for the next attempt: told with the next heartbeat, or when this attempt fails. */
  update(pollState: PollState): void {
    this.pollState = pollState;
    this.dirty = true;
  }

  /** Remembers what no later attempt may do again: Temporal is told at once. */
  checkpoint(pollState: PollState): void {
    this.pollState = pollState;
    this.heartbeat();
  }

  /**
   * Runs the attempt with heartbeats, so that a dead worker is noticed and a cancellation arrives. Each is an action that is
   * paid for, and a write of the server's: what succeeds in a moment does without, and Temporal keeps what was remembered
   * before.
   */
  async withHeartbeats<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => this.heartbeat(), HEARTBEAT_EVERY);
    try {
      return await work();
    } catch (error) {
      if (this.dirty) this.heartbeat();
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Whether anything may be sent, by the worker's rules. @throws {GoogleApiError} where not */
  assertAllowed(method: Method): void {
    try {
      this.check();
    } catch (error) {
      const unsent = error instanceof GoogleApiError ? unsentReason(error) : undefined;
      if (unsent !== undefined) this.desk.metrics.unsent(this.context.metricMeter, method, unsent);
      throw error;
    }
  }

  /**
   * Makes one request to Google, in its turn, and counts it. What may not be sent takes no turn and makes no label: its names
   * are whatever a caller likes.
   *
   * @param options `comesBack: false` where nobody asks again for a turn that is not free at once, so that none is booked
   * @throws {GoogleApiError} what came of it @throws ApplicationFailure when it is not this caller's turn yet
   */
  async request<T>(
    method: Method,
    send: (signal: AbortSignal) => Promise<T>,
    { comesBack = true }: { comesBack?: boolean } = {},
  ): Promise<T> {
    this.assertAllowed(method);
    await this.acquireSlot(method, comesBack);
    try {
      const answer = await send(this.context.cancellationSignal);
      this.count(method, 'OK');
      return answer;
    } catch (error) {
      if (!(error instanceof GoogleApiError)) throw error;
      this.count(method, error.code);
      if (error.kind === 'ABORTED') throw this.endForShutdown();
      if (PAUSING.includes(error.code) && error.retryAfterMs !== undefined) {
        this.desk.limiter.pause(this.scope, Date.now() + atLeastRetryAfter(0, error));
        this.desk.metrics.pause(this.context.metricMeter, this.target.service);
      }
      throw error;
    }
  }

  /**
   * What it looks for from now on can do without: it takes a turn where one is free at once, as other looks may, and books none.
   *
   * @param until when its looks have to be over, in ms since 1970
   */
  lowerPriority(until: number): void {
    this.yieldsUntil = until;
  }

  /** Whether requests wait for their turn already. */
  get hasWaitingRequests(): boolean {
    return this.desk.limiter.waiting(Date.now()) > 0;
  }

  /** Counts a cancel that was sent. */
  countCancel(result: CancelResult): void {
    this.desk.metrics.cancel(this.context.metricMeter, this.target.service, result);
  }

  /** Waits within the attempt. @throws ApplicationFailure when the attempt has to end */
  async sleep(ms: number): Promise<void> {
    await this.context.sleep(Math.max(0, ms)).catch(() => {
      throw this.endForShutdown();
    });
  }

  /** The workflow no longer wants it, as opposed to a worker that shuts down or an operator who pauses it. */
  get isCancelled(): boolean {
    return this.context.cancellationDetails?.cancelRequested ?? false;
  }

  /** Ends the attempt while the operation runs; Temporal's timer wakes the next. */
  running(afterMs: number): ApplicationFailure {
    const { polls } = this.pollState;
    const message = `${this.target.name} is still running after ${polls} look${polls === 1 ? '' : 's'} here; the next is in ${seconds(afterMs)}`;
    return this.retryLater(OPERATION_RUNNING, message, afterMs, true);
  }

  /** Ends the attempt by an error that may pass. */
  retry(error: GoogleApiError, afterMs: number): ApplicationFailure {
    return this.retryLater(
      error.code,
      sentences(error.message, `Trying again in ${seconds(afterMs)}.`),
      afterMs,
      false,
    );
  }

  /** Ends the activity for good. */
  failed(error: GoogleApiError, type: FailureType): ApplicationFailure {
    const message = sentences(error.message, failureHint(type, error, this.target));
    return ApplicationFailure.create({ type, message, nonRetryable: true, details: [this.pollState] });
  }

  private count(method: string, code: string): void {
    this.desk.metrics.request(this.context.metricMeter, method, this.target.service, code);
  }

  private heartbeat(): void {
    // A local activity has nobody to tell.
    if (!this.context.info.isLocal) this.context.heartbeat(this.pollState);
    this.dirty = false;
  }

  private async acquireSlot(method: string, mayComeBack: boolean): Promise<void> {
    const { workflowExecution, activityId, activityType, isLocal } = this.context.info;
    const yields = this.yieldsUntil !== undefined;
    const isUrgent = URGENT.includes(activityType) && !yields;
    // A local activity is not made again under its id.
    const comesBack = mayComeBack && !isLocal && !yields;
    const caller: Caller = {
      kind: method === 'cancel' || method === 'list' || isUrgent ? 'high' : 'low',
      id: comesBack ? `${workflowExecution?.runId ?? ''}/${activityId}` : undefined,
    };
    for (;;) {
      const delay = this.desk.limiter.take(this.scope, caller, Date.now());
      if (delay === 0) return;
      if (delay > PATIENCE || !comesBack) {
        const message = `The requests to ${this.scope} are at their ceiling; the turn of ${this.target.name} is in ${seconds(delay)}`;
        throw this.retryLater('RESOURCE_EXHAUSTED', message, delay, true);
      }
      await this.sleep(delay);
    }
  }

  private endForShutdown(): ApplicationFailure {
    return this.retryLater(OPERATION_RUNNING, 'This attempt was ended; another worker goes on', 1, true);
  }

  private retryLater(
    type: string,
    message: string,
    nextRetryDelay: number,
    benign: boolean,
  ): ApplicationFailure {
    return ApplicationFailure.create({
      type,
      message,
      nextRetryDelay: Math.max(1, Math.round(nextRetryDelay)),
      details: [this.pollState],
      ...(benign ? { category: 'BENIGN' as const } : {}),
    });
  }

  private get scope(): string {
    return quotaScope(this.target);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}

function isPollState(value: unknown): value is PollState {
  return typeof value === 'object' && value !== null && 'polls' in value;
}
