import { condition, workflowInfo } from '@temporalio/workflow';
import type { CancelRequest, PollRequest, PollState } from '../contract/activities.js';
import { formatDuration } from '../contract/duration.js';
import type { ParsedInput } from '../contract/input.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import {
  acceptedBeforeTimeout,
  awaitOperation,
  type AwaitResponse,
  cancelOperation,
  type CancelResponse,
  getOperation,
  local,
  type PendingPoll,
  POLL_ID,
  type PollResponse,
} from './activities.js';
import { BackgroundTask, CancellableTask } from './background-task.js';
import { cancelDenied } from './failures.js';
import { PausedPolls } from './paused-polls.js';
import {
  type End,
  type Progress,
  recordAbort,
  recordAnswer,
  recordCancel,
  recordPoll,
  recordPollState,
} from './progress.js';
import { isPast, type TimerSettings, UpdatableTimer } from './updatable-timer.js';

/** `awaitOperation` ends after a day, so that the workflow gets its poll state, and is then started again. */
const AWAIT_TIMEOUT_MS = 24 * 3_600_000;

/** The wait for the answer to a cancel once the end is known, because it may arrive soon. */
const ANSWER_TIMEOUT_MS = 3_000;
/** How long the first cancel may take after the timeout: it is sent however short that is. */
const FIRST_CANCEL_TIMEOUT_MS = 10_000;

/** Polls an operation until it is final, and sends the cancels that are due meanwhile. */
export class Follower {
  private readonly cancelTask = new BackgroundTask<CancelResponse>();
  private readonly awaitTask = new CancellableTask<AwaitResponse>();
  private readonly timer = new UpdatableTimer();
  private readonly pausedPolls = new PausedPolls();
  /** `awaitOperation` must not poll before this, in ms since 1970: Google asked for it in a poll after the cancel. */
  private notBefore: number | undefined;
  /** The time limit of the last `awaitOperation`, in ms since 1970. The next one starts at that time. */
  private awaitDeadline = 0;
  /** The time limit of the last cancel, in ms since 1970. */
  private cancelLimit: number | undefined;
  /** Until when the answer to the first cancel is awaited after `adjust`, in ms since 1970. */
  private answerLimit: number | undefined;
  /** The adjustments that are in effect here. */
  private adjustment: Progress['adjustment'];

  /**
   * @param progress the known state; it is updated
   * @param onChange called when `progress` may have changed
   */
  constructor(
    private readonly input: ParsedInput,
    private readonly progress: Progress,
    private readonly onChange: () => void,
  ) {
    this.adjustment = progress.adjustment;
  }

  /**
   * Follows the operation to its end.
   *
   * @returns the end, or `undefined` where the history has become so long that the workflow has to continue as new
   * @throws ApplicationFailure where no outcome can be recorded
   */
  async follow(): Promise<End | undefined> {
    const end = await this.pollAndCancel();
    if (end === undefined || (this.cancelTask.isIdle && this.awaitTask.isIdle)) return end;
    const wasDone = this.isDone;
    const pendingEnd = await this.collectPending();
    // Where the pending `awaitOperation` is the first to see the final state, that replaces an end such as
    // NOT_CANCELLABLE.
    if (!wasDone && this.isDone && pendingEnd !== undefined) return pendingEnd;
    if (!this.mustGoOn(end)) return end;
    this.awaitDeadline = 0;
    return this.follow();
  }

  private async pollAndCancel(): Promise<End | undefined> {
    if (!this.isSeen) {
      const end = recordPoll(this.progress, await this.pollUntilAnswered());
      if (end !== undefined) return end;
    }
    while (!isPast(this.deadline) || this.isCancelOwed) {
      if (this.mustContinueAsNew) return this.stopAwait();
      if (this.isAdjusted) {
        this.onAdjusted();
        const end = this.isSeen ? undefined : recordPoll(this.progress, await this.pollUntilAnswered());
        if (end !== undefined) return end;
        continue;
      }
      this.scheduleDueWork();
      this.onChange();
      await this.nextEvent();
      const end =
        recordPoll(this.progress, this.awaitTask.take()) ??
        (await this.pollIfRequested()) ??
        (this.progress.resumeRequested && (await this.resumePolling()));
      if (end !== undefined) return end;
      const response = this.takeCancelResponse();
      const cancelEnd = response && (await this.onCancelResponse(response));
      if (cancelEnd !== undefined) return cancelEnd;
    }
    const end = await this.lastPoll();
    // It may be the first poll that showed the operation.
    return this.mustGoOn(end) ? this.pollAndCancel() : end;
  }

  /** Whether an abort, or another timeout, has come since the timeout passed. */
  private mustGoOn({ outcome }: End): boolean {
    return outcome === 'STILL_RUNNING' && (this.isCancelOwed || !isPast(this.deadline));
  }

  /** When following stops, in ms since 1970. `adjust` may change it. */
  private get deadline(): number | undefined {
    return this.fromStart(this.input.timeout);
  }

  private get abortAt(): number | undefined {
    return this.fromStart(this.input.abortAfter);
  }

  private fromStart(ms: number | undefined): number | undefined {
    return ms === undefined ? undefined : this.progress.startedAt + ms;
  }

  private get isAdjusted(): boolean {
    return this.adjustment !== this.progress.adjustment;
  }

  /** A first cancel that is under way keeps the time limit that it began with, so its answer gets one here. */
  private onAdjusted(): void {
    this.adjustment = this.progress.adjustment;
    const isFirstUnderWay = this.cancelTask.isRunning && this.progress.timesSent === 0;
    this.answerLimit = isFirstUnderWay ? this.cancelDeadline : undefined;
  }

  private get isSeen(): boolean {
    return this.progress.pollState.seenAt !== undefined;
  }

  private get isDone(): boolean {
    return this.progress.operation?.done === true;
  }

  /**
   * A cancel was asked for and not answered, and its time is not up. None is owed before the operation has been seen:
   * it may be another thing or done, and a cancel that is accepted then would seem to have won.
   */
  private get isCancelOwed(): boolean {
    const isPending = !this.cancelTask.isIdle || this.progress.cancelAt !== undefined;
    return this.isSeen && this.progress.timesSent === 0 && isPending && !isPast(this.answerLimit);
  }

  /** Until when a cancel may be sent, in ms since 1970. */
  private get cancelDeadline(): number | undefined {
    if (this.deadline === undefined || this.progress.timesSent > 0) return this.deadline;
    return Math.max(this.deadline, Date.now() + FIRST_CANCEL_TIMEOUT_MS);
  }

  private get isCancelDue(): boolean {
    return this.isSeen && this.cancelTask.isIdle && isPast(this.progress.cancelAt);
  }

  private get mustContinueAsNew(): boolean {
    return workflowInfo().continueAsNewSuggested && this.cancelTask.isIdle;
  }

  private scheduleDueWork(): void {
    if (!this.isSeen) return;
    if (this.progress.abort === undefined && isPast(this.abortAt)) this.abortByTimer();
    if (this.isCancelDue) this.sendCancel();
    // Beside the first cancel no `awaitOperation` is started: the activity of the cancel polls after it.
    if (!this.awaitTask.isIdle || !this.cancelTask.isIdle || Date.now() < this.awaitDeadline) return;
    this.awaitDeadline = Math.min(Date.now() + AWAIT_TIMEOUT_MS, this.deadline ?? Number.POSITIVE_INFINITY);
    const since = Math.max(this.progress.startedAt, this.progress.acceptedAt ?? 0);
    const request = { ...this.pollRequest(), notBefore: this.notBefore, since, polling: this.input.polling };
    this.awaitTask.start(() => awaitOperation(request, this.awaitDeadline));
  }

  /**
   * Waits until there is something to do. It has to be an async function of its own: the SDK evaluates
   * conditions after each job of a workflow task, before the promises of activities that ended in the same
   * task have settled. Its additional turns of the microtask queue let these settle first.
   */
  private async nextEvent(): Promise<void> {
    this.timer.set(this.nextTimer());
    await condition(
      () =>
        this.awaitTask.isSettled ||
        this.cancelTask.isSettled ||
        this.isCancelDue ||
        this.progress.pollRequested === true ||
        this.progress.resumeRequested === true ||
        this.isAdjusted ||
        this.mustContinueAsNew ||
        this.timer.hasFired,
    );
  }

  private sendCancel(): void {
    const limit = this.cancelDeadline;
    this.cancelLimit = limit;
    this.answerLimit = undefined;
    this.cancelTask.start(() => cancelOperation(this.cancelRequest(), limit));
  }

  /** Polls once, if somebody asked for it or it is due beside a pause. Without an answer `awaitOperation` goes on asking. */
  private async pollIfRequested(): Promise<End | undefined> {
    const isDue = isPast(this.pausedPolls.at);
    if (this.progress.pollRequested === undefined && !isDue) return undefined;
    if (isDue) this.pausedPolls.plan(await local.describePendingPoll());
    delete this.progress.pollRequested;
    const response = await local.getOperation(this.requestWithoutErrors()).catch(() => undefined);
    if (response === undefined || !('noAnswer' in response)) return recordPoll(this.progress, response);
    const { polls, notFoundSince, deniedSince } = response.pollState;
    this.progress.polls += polls;
    return this.resumePolling({ failures: 1, notFoundSince, deniedSince });
  }

  /**
   * Restarts `awaitOperation` if its next poll may be far away, because no reconcile loop covers the operation any more,
   * or a poll that was asked for had no answer.
   *
   * @param errors those of that poll, of which the pending activity knows nothing
   */
  private async resumePolling(errors: Partial<PollState> = {}): Promise<End | undefined> {
    delete this.progress.resumeRequested;
    const end = await this.restartPollingIf(({ inBackoff }) => inBackoff);
    if (this.awaitDeadline === 0) Object.assign(this.progress.pollState, withoutUndefined(errors));
    return end;
  }

  /** Restarts `awaitOperation`, also if it ended early because its next attempt would have come after its time limit. */
  private async restartPollingIf(isWanted: (pending: PendingPoll) => boolean): Promise<End | undefined> {
    if (this.awaitTask.isIdle) this.awaitDeadline = 0;
    if (!this.awaitTask.isRunning) return undefined;
    const pending = await local.describePendingPoll();
    if (!isWanted(pending) || !this.awaitTask.isRunning) return undefined;
    this.awaitDeadline = 0;
    return this.stopAwait(pending);
  }

  private nextTimer(): TimerSettings | undefined {
    const timers: TimerSettings[] = [];
    const add = (at: number | undefined, summary: string) => at !== undefined && timers.push({ at, summary });
    const { cancelAt, abort } = this.progress;
    if (this.isSeen && this.cancelTask.isIdle) add(cancelAt, 'Send the cancel again, unless the operation ends first');
    if (this.isSeen && abort === undefined) add(this.abortAt, 'Cancel the operation, unless it ends first');
    add(this.pausedPolls.at, 'Poll, because the activity that does so is paused');
    // A running activity has a time limit of its own. If it ended early, no further attempt was possible
    // before that limit.
    if (this.awaitTask.isIdle && this.cancelTask.isIdle)
      add(this.isSeen ? Math.min(this.awaitDeadline, this.deadline ?? Infinity) : this.deadline, 'Poll again');
    // After `adjust` it may pass before the time limits of the running activities.
    else if (this.adjustment?.timeout !== undefined)
      add(this.isCancelOwed ? this.answerLimit : this.deadline, 'Stop following the operation');
    return timers.toSorted((one, other) => one.at - other.at)[0];
  }

  /** Polls until Google answers, first within the workflow task, then as an activity. */
  private async pollUntilAnswered(): Promise<PollResponse> {
    const response = await local.getOperation(this.pollRequest());
    if (!('noAnswer' in response)) return response;
    recordPollState(this.progress, response.pollState);
    const { notBefore } = response;
    for (;;) {
      const { deadline } = this;
      const task = new CancellableTask<PollResponse>();
      task.start(() => getOperation({ ...this.pollRequest(), notBefore }, deadline));
      await condition(() => task.isSettled || this.deadline !== deadline);
      const answered = task.take() ?? (await this.stopPoll(task));
      if (!('timedOut' in answered) || this.deadline === deadline || isPast(this.deadline)) return answered;
      // `adjust` has changed the deadline.
      recordPollState(this.progress, answered.pollState);
    }
  }

  private async stopPoll(task: CancellableTask<PollResponse>): Promise<PollResponse> {
    const { pollState } = await local.describePendingPoll(POLL_ID);
    const stopped = await task.stop();
    return stopped?.pollState === undefined ? { timedOut: true, pollState } : stopped;
  }

  /** After the timeout, the state at this moment counts, and not that of the last poll before. @throws ApplicationFailure */
  private async lastPoll(): Promise<End> {
    const response = await local.getOperation(this.pollRequest());
    return recordPoll(this.progress, response) ?? { outcome: 'STILL_RUNNING', at: Date.now() };
  }

  /** A failure of a later cancel only ends the resends, because an earlier cancel was accepted. */
  private takeCancelResponse(ignoreFailure = this.progress.status === 'ACCEPTED'): CancelResponse | undefined {
    try {
      const response = this.cancelTask.take();
      return response && 'timedOut' in response ? acceptedBeforeTimeout(response) : response;
    } catch (error) {
      if (!ignoreFailure) throw error;
      delete this.progress.cancelAt;
      return undefined;
    }
  }

  private async onCancelResponse(response: CancelResponse): Promise<End | undefined> {
    const end = recordCancel(this.progress, response, Date.now());
    // `adjust` has moved the deadline since the cancel was sent.
    if ('timedOut' in response && this.cancelLimit !== undefined && this.cancelLimit < (this.deadline ?? Infinity))
      this.progress.cancelAt = this.cancelLimit;
    if (end !== undefined || !('status' in response)) return end;
    this.notBefore = response.notBefore;
    if (this.progress.status === 'ACCEPTED') {
      const isFirst = this.progress.acceptedAt === response.at;
      return isFirst ? this.restartPolling() : undefined;
    }
    // It is being cancelled, or will be.
    if (response.meaning !== undefined) return undefined;
    const { cancelUnanswered } = this.progress.pollState;
    if (this.input.whenNotCancellable === 'follow' && !cancelUnanswered) return undefined;
    if (response.error?.status === 'PERMISSION_DENIED' && !cancelUnanswered)
      throw cancelDenied(this.input, response, this.progress.operation);
    return this.confirmRunning();
  }

  /** Restarts `awaitOperation` if its next poll may be far away, because after an accepted cancel the end may be near. */
  private restartPolling(): Promise<End | undefined> {
    // A long poll that is running sees the end at once. In back-off there is none, but intervals that the
    // caller fixed are kept.
    const isFarAway = ({ inBackoff }: PendingPoll) => inBackoff && this.input.polling === undefined;
    return this.restartPollingIf(
      (pending) => !this.pausedPolls.plan(pending) && (pending.pollState?.waitUnsupported || isFarAway(pending)),
    );
  }

  /**
   * The service will not cancel the operation. That is the outcome if one more poll shows it running, and not as being
   * cancelled, and if every cancel before was answered.
   */
  private async confirmRunning(): Promise<End | undefined> {
    const response = await this.pollUntilAnswered();
    const end = recordPoll(this.progress, response);
    if (end !== undefined || !('operation' in response)) return end;
    if (response.beingCancelled || this.progress.pollState.cancelUnanswered) return undefined;
    return { outcome: 'NOT_CANCELLABLE', at: response.at };
  }

  /** Records what is under way when the end is known: the answer to a cancel, and the polls of `awaitOperation`. */
  private async collectPending(): Promise<End | undefined> {
    if (!this.cancelTask.isIdle) {
      await condition(() => this.cancelTask.isSettled, ANSWER_TIMEOUT_MS, { summary: 'The answer to the cancel' });
      const response = this.takeCancelResponse(true);
      if (response !== undefined && 'status' in response) recordAnswer(this.progress, response, Date.now());
      else recordPollState(this.progress, response?.pollState);
    }
    return this.stopAwait().catch(() => undefined);
  }

  /**
   * Cancels `awaitOperation` and records its polls. An activity that is cancelled while it waits for its next
   * attempt cannot return them, so Temporal is asked for them before.
   */
  private async stopAwait(pending?: PendingPoll): Promise<End | undefined> {
    if (this.awaitTask.isIdle) return undefined;
    const { pollState } = pending ?? (await local.describePendingPoll());
    const response = await this.awaitTask.stop();
    if (response?.pollState === undefined) recordPollState(this.progress, pollState);
    return recordPoll(this.progress, response);
  }

  private abortByTimer(): void {
    const limit = formatDuration(this.input.abortAfter ?? 0);
    const { reason = `it ran longer than ${limit}`, requestedBy } = this.input;
    recordAbort(this.progress, withoutUndefined({ reason, requestedBy }), Date.now());
  }

  private cancelRequest(): CancelRequest {
    // It does not poll while an `awaitOperation` is running.
    const pollAfterCancel = this.awaitTask.isIdle ? { polling: this.input.polling } : undefined;
    return { ...this.requestWithoutErrors(), pollAfterCancel };
  }

  /** A cancel, and a poll that was asked for, start without the error state of the other polls. */
  private requestWithoutErrors(): PollRequest {
    const { notFoundSince: _, deniedSince: __, ...pollState } = this.progress.pollState;
    return { ...this.pollRequest(), pollState };
  }

  private pollRequest(): PollRequest {
    const { service, apiVersion, name, notFoundGrace } = this.input;
    return { ref: { service, apiVersion, name }, pollState: this.progress.pollState, notFoundGrace };
  }
}
