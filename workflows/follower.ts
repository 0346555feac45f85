import { condition, patched, workflowInfo } from '@temporalio/workflow';
import type {
  CancelAnswer,
  CancelRequest,
  Interruption,
  LookRequest,
  Loss,
  Sighting,
  Unanswered,
  Trail,
} from '../contract/activities.js';
import { formatDuration } from '../contract/duration.js';
import type { FollowRequest } from '../contract/input.js';
import { type Outcome, outcomeOf } from '../contract/outcome.js';
import { acceptedInTime, awaitFinal, glance, look, recall, sendCancel, type TimeUp } from './activities.js';
import { Alarm } from './updatable-timer.js';
import { cancelDenied } from './failures.js';
import { noteAbort, noteAnswer, noteTrail, type Progress } from './progress.js';
import { StoppableTask, Task } from './background-task.js';

/** How following ended, and when that was seen, in ms since 1970. */
export interface End {
  outcome: Outcome;
  at: number;
}

/** After a day `awaitOperation` ends, so that the workflow learns what it saw; the next one goes on. */
const STRETCH = 24 * 3_600_000;

/** How long the answer to a cancel is waited for once the operation is seen to be final: it may be on its way. */
const ANSWER_WITHIN = 3_000;

/** The way of a cancellation: look, send the cancel whenever one is due, and look on until the operation is final. */
export class Follower {
  private readonly deadline: number | undefined;
  private readonly abortAt: number | undefined;
  private readonly sending = new Task<CancelAnswer | Sighting | Loss | TimeUp>();
  private readonly waiting = new StoppableTask<Sighting | Loss | Interruption | TimeUp>();
  private readonly alarm = new Alarm();
  /** How many looks showed the operation: the clocks of two workers cannot be compared to tell. */
  private sightings = 0;
  /** When the first look after a cancel may be made. */
  private notBefore: number | undefined;
  /** The time limit of `awaitOperation`, before which it is not started again. */
  private stretchEnd = 0;

  /**
   * @param progress what is known so far; kept up to date
   * @param onChange called when `progress` may have changed
   */
  constructor(
    private readonly request: FollowRequest,
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
    const seen = await this.gather();
    // A wait that was still under way may bring the end: then that is the outcome, and not that it was running a moment ago.
    return !wasDone && this.isDone && seen !== undefined ? seen : end;
  }

  private async follow(): Promise<End | undefined> {
    if (!this.seen) {
      const end = await this.look();
      if (end !== undefined) return end;
    }
    while (!passed(this.deadline)) {
      if (this.historyIsLong) return this.stopWaiting();
      this.startWhatIsDue();
      this.onChange();
      await this.change();
      const end = this.noteSeen(this.waiting.take());
      if (end !== undefined) return end;
      const answer = this.takeAnswer();
      const answeredEnd = answer && (this.noteAnswer(answer) ?? (await this.heed(answer)));
      if (answeredEnd !== undefined) return answeredEnd;
    }
    return this.lastLook();
  }

  /** At the end, what is still under way belongs to the record: the answer to a cancel, and the looks of a wait. */
  private async gather(): Promise<End | undefined> {
    if (this.sending.running) {
      await condition(() => this.sending.over, ANSWER_WITHIN, { summary: 'The answer to the cancel' });
      const answer = this.takeAnswerOrNothing();
      if (answer !== undefined && 'status' in answer) noteAnswer(this.progress, answer, Date.now());
      else noteTrail(this.progress, answer?.trail);
    }
    return this.waiting.running ? this.stopWaiting().catch(() => undefined) : undefined;
  }

  /** Ends a wait without losing count of its looks: one in its back-off cannot tell them any more, but Temporal can. */
  private async stopWaiting(): Promise<End | undefined> {
    return this.endWaiting(this.waiting.running ? (await recall()).trail : undefined);
  }

  private async endWaiting(remembered: Trail | undefined): Promise<End | undefined> {
    const seen = await this.waiting.stop();
    if (seen?.trail === undefined) noteTrail(this.progress, remembered);
    return this.noteSeen(seen);
  }

  private takeAnswerOrNothing(): CancelAnswer | Sighting | Loss | TimeUp | undefined {
    try {
      return this.takeSent();
    } catch {
      return undefined;
    }
  }

  private get seen(): boolean {
    return this.progress.trail.seenAt !== undefined;
  }

  private startWhatIsDue(): void {
    if (!this.seen) return;
    if (passed(this.abortAt) && this.progress.abort === undefined) this.abortByItself();
    if (this.cancelIsDue) this.sending.start(() => sendCancel(this.cancelRequest(), this.deadline));
    // The first cancel goes alone: only its answer is worth another look.
    if (this.waiting.running || this.sending.running || Date.now() < this.stretchEnd) return;
    this.stretchEnd = Math.min(Date.now() + STRETCH, this.deadline ?? Number.POSITIVE_INFINITY);
    const since = Math.max(this.progress.startedAt, this.progress.acceptedAt ?? 0);
    this.waiting.start(() =>
      awaitFinal(
        { ...this.lookRequest(), notBefore: this.notBefore, since, pace: this.request.polling },
        this.stretchEnd,
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
  private async change(): Promise<void> {
    this.alarm.set(this.nextTimer());
    await condition(() => {
      return (
        this.waiting.over || this.sending.over || this.cancelIsDue || this.historyIsLong || this.alarm.rang
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
      add(this.seen ? this.stretchEnd : this.deadline, 'Look again');
    return timers.toSorted((one, other) => one.at - other.at)[0];
  }

  /** Looks until there is an answer, at first within the workflow task. */
  private async look(): Promise<End | undefined> {
    const first = await glance(this.lookRequest());
    const end = this.noteSeen(first);
    if (!('unanswered' in first)) return end;
    return this.noteSeen(await look({ ...this.lookRequest(), notBefore: first.notBefore }, this.deadline));
  }

  /** The time is up. What the operation is now is what counts, not what the last look before saw. */
  private async lastLook(): Promise<End> {
    const last = await glance(this.lookRequest()).catch(() => undefined);
    return this.noteSeen(last) ?? { outcome: 'STILL_RUNNING', at: Date.now() };
  }

  private noteSeen(seen: Sighting | Loss | Interruption | TimeUp | Unanswered | undefined): End | undefined {
    if (seen === undefined) return undefined;
    const isFirst = !this.seen;
    noteTrail(this.progress, seen.trail);
    if ('lost' in seen) return { outcome: 'LOST', at: seen.at };
    if (!('operation' in seen)) return undefined;
    this.sightings += 1;
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

  private noteAnswer(answer: CancelAnswer | Sighting | Loss | TimeUp): End | undefined {
    if ('timeUp' in answer) delete this.progress.cancelAt;
    if (!('status' in answer)) return this.noteSeen(answer);
    noteAnswer(this.progress, answer, Date.now());
    this.notBefore = answer.notBefore;
    return this.noteSeen(answer.end);
  }

  /** What an answer that came without an end asks for. */
  private async heed(answer: CancelAnswer | Sighting | Loss | TimeUp): Promise<End | undefined> {
    if (!('status' in answer)) return undefined;
    const isFirst = this.progress.acceptedAt === answer.at;
    if (this.progress.status === 'ACCEPTED')
      return this.isWaiting && isCloserWorth(isFirst) ? this.lookCloser(isFirst) : undefined;
    if (this.request.whenNotCancellable === 'follow') return undefined;
    if (answer.error?.status === 'PERMISSION_DENIED')
      throw cancelDenied(this.request, answer, this.progress.operation);
    return this.confirmRunning();
  }

  /** Something has changed for an operation that is looked at rarely by now: from here on it is looked at closely again. */
  private async lookCloser(isFirst: boolean): Promise<End | undefined> {
    const { trail, rests } = await recall();
    // A long poll sees the end at once, however long it has been going on. One of too many for that rests like any other, and
    // a pace that the caller chose is kept.
    const mayRest = isFirst && this.request.polling === undefined;
    if ((!trail?.noWait && !(mayRest && rests)) || this.waiting.over) return undefined;
    this.stretchEnd = 0;
    return this.endWaiting(trail);
  }

  private takeSent(): CancelAnswer | Sighting | Loss | TimeUp | undefined {
    const answer = this.sending.take();
    return answer !== undefined && 'timeUp' in answer ? acceptedInTime(answer) : answer;
  }

  /** A resend that may not be sent any more ends the resends, not the following: the cancel has been accepted before. */
  private takeAnswer(): CancelAnswer | Sighting | Loss | TimeUp | undefined {
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
    this.sightings = 0;
    const end = await this.look();
    if (end !== undefined || this.sightings === 0) return end;
    return { outcome: 'NOT_CANCELLABLE', at: this.progress.trail.seenAt ?? Date.now() };
  }

  private abortByItself(): void {
    const limit = formatDuration(this.request.abortAfter ?? 0);
    const { reason = `it ran longer than ${limit}`, requestedBy } = this.request;
    noteAbort(this.progress, { reason, ...(requestedBy === undefined ? {} : { requestedBy }) }, Date.now());
  }

  /** What the looks remember is theirs: a cancel begins with a clean slate. */
  private cancelRequest(): CancelRequest {
    const { missingSince: _, deniedSince: __, ...trail } = this.progress.trail;
    const linger = this.waiting.running ? undefined : { pace: this.request.polling };
    return { ...this.lookRequest(), trail, linger };
  }

  private lookRequest(): LookRequest {
    const { service, apiVersion, name, notFoundGrace } = this.request;
    return { target: { service, apiVersion, name }, trail: this.progress.trail, notFoundGrace };
  }
}

/** The pace counts from the first acceptance: a later one changes nothing. Runs from before it was left alone begin anew. */
function isCloserWorth(isFirst: boolean): boolean {
  return isFirst || !patched('resend-leaves-the-wait');
}

function passed(time: number | undefined): boolean {
  return time !== undefined && Date.now() >= time;
}
