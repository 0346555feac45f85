import { condition, patched, workflowInfo } from '@temporalio/workflow';
import type {
  CancelAnswer,
  CancelRequest,
  PollCancelled,
  PollRequest,
  OperationLost,
  PollResult,
  NoAnswer,
  PollState,
} from '../contract/activities.js';
import { formatDuration } from '../contract/duration.js';
import type { ParsedInput } from '../contract/input.js';
import { type Outcome, outcomeOf } from '../contract/outcome.js';
import {
  acceptedInTime,
  awaitOperation,
  getOperationLocal,
  getOperation,
  describePendingPoll,
  cancelOperation,
  type TimedOut,
} from './activities.js';
import { UpdatableTimer } from './updatable-timer.js';
import { cancelDenied } from './failures.js';
import { recordAbort, recordAnswer, recordPollState, type Progress } from './progress.js';
import { CancellableTask, BackgroundTask } from './background-task.js';

/** How following ended, and when that was seen, in ms since 1970. */
export interface End {
  outcome: Outcome;
  at: number;
}

/** After a day `awaitOperation` ends, so that the workflow learns what it saw; the next one goes on. */
const AWAIT_TIMEOUT_MS = 24 * 3_600_000;

/** How long the answer to a cancel is waited for once the operation is seen to be final: it may be on its way. */
const ANSWER_TIMEOUT_MS = 3_000;

/** The way of a cancellation: look, send the cancel whenever one is due, and look on until the operation is final. */
export class Follower {
  private readonly deadline: number | undefined;
  private readonly abortAt: number | undefined;
  private readonly sending = new BackgroundTask<CancelAnswer | PollResult | OperationLost | TimedOut>();
  private readonly waiting = new CancellableTask<PollResult | OperationLost | PollCancelled | TimedOut>();
  private readonly timer = new UpdatableTimer();
  /** How many looks showed the operation: the clocks of two workers cannot be compared to tell. */
  private pollsSeen = 0;
  /** When the first look after a cancel may be made. */
  private notBefore: number | undefined;
  /** The time limit of `awaitOperation`, before which it is not started again. */
  private awaitDeadline = 0;

  /**
   * @param progress what is known so far; kept up to date
   * @param onChange called when `progress` may have changed
   */
  constructor(
    private readonly request: ParsedInput,
    private readonly progress: Progress,
    private readonly onChange: () => void,
  ) {
    this.deadline = request.timeout === undefined ? undefined : progress.startedAt + request.timeout;
    this.abortAt = request.abortAfter === undefined ? undefined : progress.startedAt + request.abortAfter;
  }

  /**
   * Follows the operation to its end.
   *
   * @returns the end, or `undefined` where the history has grown so long that a new run should go on
   * @throws ApplicationFailure where no outcome can be recorded
   */
  async run(): Promise<End | undefined> {
    const end = await this.follow();
    if (end === undefined) return undefined;
    if (!this.sending.running && !this.waiting.running) return end;
    const wasDone = this.isDone;
    const seen = await this.collectPending();
    // A wait that was still under way may bring the end: then that is the outcome, and not that it was running a moment ago.
    return !wasDone && this.isDone && seen !== undefined ? seen : end;
  }

  private async follow(): Promise<End | undefined> {
    if (!this.seen) {
      const end = await this.firstPoll();
      if (end !== undefined) return end;
    }
    while (!passed(this.deadline)) {
      if (this.historyIsLong) return this.stopWaiting();
      this.scheduleDueWork();
      this.onChange();
      await this.nextEvent();
      const end = this.recordPoll(this.waiting.take());
      if (end !== undefined) return end;
      const answer = this.takeAnswer();
      const answeredEnd = answer && (this.recordAnswer(answer) ?? (await this.onCancelAnswer(answer)));
      if (answeredEnd !== undefined) return answeredEnd;
    }
    return this.lastPoll();
  }

  /** At the end, what is still under way belongs to the record: the answer to a cancel, and the looks of a wait. */
  private async collectPending(): Promise<End | undefined> {
    if (this.sending.running) {
      await condition(() => this.sending.over, ANSWER_TIMEOUT_MS, { summary: 'The answer to the cancel' });
      const answer = this.takeAnswerOrNothing();
      if (answer !== undefined && 'status' in answer) recordAnswer(this.progress, answer, Date.now());
      else recordPollState(this.progress, answer?.pollState);
    }
    return this.waiting.running ? this.stopWaiting().catch(() => undefined) : undefined;
  }

  /** Ends a wait without losing count of its looks: one in its back-off cannot tell them any more, but Temporal can. */
  private async stopWaiting(): Promise<End | undefined> {
    return this.endWaiting(this.waiting.running ? (await describePendingPoll()).pollState : undefined);
  }

  private async endWaiting(remembered: PollState | undefined): Promise<End | undefined> {
    const seen = await this.waiting.stop();
    if (seen?.pollState === undefined) recordPollState(this.progress, remembered);
    return this.recordPoll(seen);
  }

  private takeAnswerOrNothing(): CancelAnswer | PollResult | OperationLost | TimedOut | undefined {
    try {
      return this.takeSent();
    } catch {
      return undefined;
    }
  }

  private get seen(): boolean {
    return this.progress.pollState.seenAt !== undefined;
  }

  private scheduleDueWork(): void {
    if (!this.seen) return;
    if (passed(this.abortAt) && this.progress.abort === undefined) this.abortByItself();
    if (this.cancelIsDue) this.sending.start(() => cancelOperation(this.cancelRequest(), this.deadline));
    // The first cancel goes alone: only its answer is worth another look.
    if (this.waiting.running || this.sending.running || Date.now() < this.awaitDeadline) return;
    this.awaitDeadline = Math.min(Date.now() + AWAIT_TIMEOUT_MS, this.deadline ?? Number.POSITIVE_INFINITY);
    const since = Math.max(this.progress.startedAt, this.progress.acceptedAt ?? 0);
    this.waiting.start(() =>
      awaitOperation(
        { ...this.pollRequest(), notBefore: this.notBefore, since, polling: this.request.polling },
        this.awaitDeadline,
      ),
    );
  }

  private get isDone(): boolean {
    return this.progress.operation?.done === true;
  }

  private get isWaiting(): boolean {
    return this.waiting.running && !this.waiting.over;
  }

  private get cancelIsDue(): boolean {
    return this.seen && !this.sending.running && passed(this.progress.cancelAt);
  }

  private get historyIsLong(): boolean {
    return workflowInfo().continueAsNewSuggested && !this.sending.running;
  }

  /**
   * Waits until there is something to do. Its turns of the microtask queue matter: a condition is looked at before the ends of
   * activities that came with the same workflow task have reached their tasks, and those have to be seen first.
   */
  private async nextEvent(): Promise<void> {
    this.timer.set(this.nextTimer());
    await condition(() => {
      return (
        this.waiting.over || this.sending.over || this.cancelIsDue || this.historyIsLong || this.timer.fired
      );
    });
  }

  private nextTimer(): { at: number; summary: string } | undefined {
    const { cancelAt, abort } = this.progress;
    const timers: { at: number; summary: string }[] = [];
    const add = (at: number | undefined, summary: string) => at !== undefined && timers.push({ at, summary });
    if (this.seen && !this.sending.running)
      add(cancelAt, 'Send the cancel again, unless the operation ends first');
    if (this.seen && abort === undefined) add(this.abortAt, 'Cancel the operation, unless it ends first');
    // An activity that runs has its own time limit. One that ended early waits for it here: no look would have come before.
    if (!this.waiting.running && !this.sending.running)
      add(this.seen ? this.awaitDeadline : this.deadline, 'Look again');
    return timers.toSorted((one, other) => one.at - other.at)[0];
  }

  /** Looks until there is an answer, at first within the workflow task. */
  private async firstPoll(): Promise<End | undefined> {
    const first = await getOperationLocal(this.pollRequest());
    const end = this.recordPoll(first);
    if (!('noAnswer' in first)) return end;
    return this.recordPoll(
      await getOperation({ ...this.pollRequest(), notBefore: first.notBefore }, this.deadline),
    );
  }

  /** The time is up. What the operation is now is what counts, not what the last look before saw. */
  private async lastPoll(): Promise<End> {
    const last = await getOperationLocal(this.pollRequest()).catch(() => undefined);
    return this.recordPoll(last) ?? { outcome: 'STILL_RUNNING', at: Date.now() };
  }

  private recordPoll(
    seen: PollResult | OperationLost | PollCancelled | TimedOut | NoAnswer | undefined,
  ): End | undefined {
    if (seen === undefined) return undefined;
    const isFirst = !this.seen;
    recordPollState(this.progress, seen.pollState);
    if ('lost' in seen) return { outcome: 'LOST', at: seen.at };
    if (!('operation' in seen)) return undefined;
    this.pollsSeen += 1;
    // The first final state is the one that counts: what comes later belongs to an activity that was under way.
    if (!this.progress.operation?.done) {
      this.progress.operation = seen.operation;
      this.progress.omitted = seen.omitted;
    }
    // No cancel is sent before the operation has been seen.
    if (isFirst && seen.operation.done) this.progress.wasAlreadyDone = true;
    const outcome = outcomeOf(seen.operation);
    return outcome && { outcome, at: seen.at };
  }

  private recordAnswer(answer: CancelAnswer | PollResult | OperationLost | TimedOut): End | undefined {
    if ('timedOut' in answer) delete this.progress.cancelAt;
    if (!('status' in answer)) return this.recordPoll(answer);
    recordAnswer(this.progress, answer, Date.now());
    this.notBefore = answer.notBefore;
    return this.recordPoll(answer.end);
  }

  /** What an answer that came without an end asks for. */
  private async onCancelAnswer(
    answer: CancelAnswer | PollResult | OperationLost | TimedOut,
  ): Promise<End | undefined> {
    if (!('status' in answer)) return undefined;
    const isFirst = this.progress.acceptedAt === answer.at;
    if (this.progress.status === 'ACCEPTED')
      return this.isWaiting && isCloserWorth(isFirst) ? this.restartPolling(isFirst) : undefined;
    if (this.request.whenNotCancellable === 'follow') return undefined;
    if (answer.error?.status === 'PERMISSION_DENIED')
      throw cancelDenied(this.request, answer, this.progress.operation);
    return this.confirmRunning();
  }

  /** Something has changed for an operation that is looked at rarely by now: from here on it is looked at closely again. */
  private async restartPolling(isFirst: boolean): Promise<End | undefined> {
    const { pollState, rests } = await describePendingPoll();
    // A long poll sees the end at once, however long it has been going on. One of too many for that rests like any other, and
    // a pace that the caller chose is kept.
    const mayRest = isFirst && this.request.polling === undefined;
    if ((!pollState?.waitUnsupported && !(mayRest && rests)) || this.waiting.over) return undefined;
    this.awaitDeadline = 0;
    return this.endWaiting(pollState);
  }

  private takeSent(): CancelAnswer | PollResult | OperationLost | TimedOut | undefined {
    const answer = this.sending.take();
    return answer !== undefined && 'timedOut' in answer ? acceptedInTime(answer) : answer;
  }

  /** A resend that may not be sent any more ends the resends, not the following: the cancel has been accepted before. */
  private takeAnswer(): CancelAnswer | PollResult | OperationLost | TimedOut | undefined {
    try {
      return this.takeSent();
    } catch (error) {
      if (this.progress.status !== 'ACCEPTED') throw error;
      delete this.progress.cancelAt;
      return undefined;
    }
  }

  /** The service will not cancel it: that is the outcome if the operation really runs. */
  private async confirmRunning(): Promise<End | undefined> {
    this.pollsSeen = 0;
    const end = await this.firstPoll();
    if (end !== undefined || this.pollsSeen === 0) return end;
    return { outcome: 'NOT_CANCELLABLE', at: this.progress.pollState.seenAt ?? Date.now() };
  }

  private abortByItself(): void {
    const limit = formatDuration(this.request.abortAfter ?? 0);
    const { reason = `it ran longer than ${limit}`, requestedBy } = this.request;
    recordAbort(this.progress, { reason, ...(requestedBy === undefined ? {} : { requestedBy }) }, Date.now());
  }

  /** What the looks remember is theirs: a cancel begins with a clean slate. */
  private cancelRequest(): CancelRequest {
    const { notFoundSince: _, deniedSince: __, ...pollState } = this.progress.pollState;
    const linger = this.waiting.running ? undefined : { polling: this.request.polling };
    return { ...this.pollRequest(), pollState: pollState, pollAfterCancel: linger };
  }

  private pollRequest(): PollRequest {
    const { service, apiVersion, name, notFoundGrace } = this.request;
    return { ref: { service, apiVersion, name }, pollState: this.progress.pollState, notFoundGrace };
  }
}

/** The pace counts from the first acceptance: a later one changes nothing. Runs from before it was left alone begin anew. */
function isCloserWorth(isFirst: boolean): boolean {
  return isFirst || !patched('resend-leaves-the-wait');
}

function passed(time: number | undefined): boolean {
  return time !== undefined && Date.now() >= time;
}
