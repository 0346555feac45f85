import { condition, workflowInfo } from '@temporalio/workflow';
import type { CancelAnswer, Interruption, LookRequest, Loss, Sighting } from '../contract/activities.js';
import { formatDuration } from '../contract/duration.js';
import type { FollowRequest } from '../contract/input.js';
import { type Outcome, outcomeOf } from '../contract/outcome.js';
import { awaitFinal, glance, look, sendCancel, type TimeUp, type Unanswered } from './activities.js';
import { cancelDenied } from './failures.js';
import { noteAbort, noteAnswer, noteTrail, type Progress } from './progress.js';
import { Task } from './task.js';

/** How following ended, and when that was seen, in ms since 1970. */
export interface End {
  outcome: Outcome;
  at: number;
}

/** After a day `awaitOperation` ends, so that the workflow learns what it saw; the next one goes on. */
const STRETCH = 24 * 3_600_000;

/** The way of a cancellation: look, send the cancel whenever one is due, and look on until the operation is final. */
export class Follower {
  private readonly deadline: number | undefined;
  private readonly abortAt: number | undefined;
  private readonly sending = new Task<CancelAnswer | Sighting | Loss | TimeUp>();
  private readonly waiting = new Task<Sighting | Loss | Interruption | TimeUp>();
  /** Until when `awaitOperation` looks. */
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
    if (!this.seen) {
      const end = await this.look();
      if (this.progress.operation?.done) this.progress.wasAlreadyDone = true;
      if (end !== undefined) return end;
    }
    while (!passed(this.deadline)) {
      if (this.historyIsLong) return this.noteSeen(await this.waiting.stop());
      this.startWhatIsDue();
      this.onChange();
      await this.change();
      const end = this.noteSeen(this.waiting.take()) ?? (await this.noteAnswer(this.sending.take()));
      if (end !== undefined) return end;
    }
    return this.lastLook();
  }

  private get seen(): boolean {
    return this.progress.trail.seenAt !== undefined;
  }

  private startWhatIsDue(): void {
    if (!this.seen) return;
    if (passed(this.abortAt) && this.progress.abort === undefined) this.abortByItself();
    if (this.cancelIsDue) this.sending.start(() => sendCancel(this.lookRequest(), this.deadline));
    // The first cancel goes alone: only its answer is worth another look.
    if (this.waiting.running || this.sending.running || Date.now() < this.stretchEnd) return;
    this.stretchEnd = Math.min(Date.now() + STRETCH, this.deadline ?? Number.POSITIVE_INFINITY);
    const since = Math.max(this.progress.startedAt, this.progress.acceptedAt ?? 0);
    this.waiting.start(() =>
      awaitFinal({ ...this.lookRequest(), since, pace: this.request.polling }, this.stretchEnd),
    );
  }

  private get cancelIsDue(): boolean {
    return this.seen && !this.sending.running && passed(this.progress.cancelAt);
  }

  private get historyIsLong(): boolean {
    return workflowInfo().continueAsNewSuggested && !this.sending.running;
  }

  /** Waits until there is something to do. */
  private async change(): Promise<void> {
    const changed = () => this.waiting.over || this.sending.over || this.cancelIsDue || this.historyIsLong;
    const timer = this.nextTimer();
    if (timer === undefined) return condition(changed);
    await condition(changed, Math.max(1, timer.at - Date.now()), { summary: timer.summary });
  }

  private nextTimer(): { at: number; summary: string } | undefined {
    const { cancelAt, abort } = this.progress;
    const timers: { at: number; summary: string }[] = [];
    const add = (at: number | undefined, summary: string) => at !== undefined && timers.push({ at, summary });
    if (this.seen && !this.sending.running) add(cancelAt, 'Cancel again, unless it ends before');
    if (this.seen && abort === undefined) add(this.abortAt, 'Abort, unless it ends before');
    // An activity that runs has the deadline for its own time limit.
    if (!this.waiting.running && !this.sending.running) add(this.deadline, 'Look a last time');
    return timers.toSorted((one, other) => one.at - other.at)[0];
  }

  /** Looks until there is an answer, at first within the workflow task. */
  private async look(): Promise<End | undefined> {
    const first = await glance(this.lookRequest());
    const end = this.noteSeen(first);
    return 'unanswered' in first ? this.noteSeen(await look(this.lookRequest(), this.deadline)) : end;
  }

  /** The time is up. What the operation is now is what counts, not what the last look before saw. */
  private async lastLook(): Promise<End> {
    const last = await glance(this.lookRequest()).catch(() => undefined);
    return this.noteSeen(last) ?? { outcome: 'STILL_RUNNING', at: Date.now() };
  }

  private noteSeen(seen: Sighting | Loss | Interruption | TimeUp | Unanswered | undefined): End | undefined {
    if (seen === undefined) return undefined;
    noteTrail(this.progress, seen.trail);
    if ('lost' in seen) return { outcome: 'LOST', at: seen.at };
    if (!('operation' in seen)) return undefined;
    this.progress.operation = seen.operation;
    this.progress.omitted = seen.omitted;
    const outcome = outcomeOf(seen.operation);
    return outcome && { outcome, at: seen.at };
  }

  private async noteAnswer(
    answer: CancelAnswer | Sighting | Loss | TimeUp | undefined,
  ): Promise<End | undefined> {
    if (answer === undefined) return undefined;
    if ('timeUp' in answer) delete this.progress.cancelAt;
    if (!('status' in answer)) return this.noteSeen(answer);
    noteTrail(this.progress, answer.trail);
    noteAnswer(this.progress, answer);
    if (this.progress.status === 'ACCEPTED' || this.request.whenNotCancellable === 'follow') return undefined;
    if (answer.error?.status === 'PERMISSION_DENIED')
      throw cancelDenied(this.request, answer, this.progress.operation);
    return this.confirmRunning();
  }

  /** The service will not cancel it: that is the outcome if the operation really runs. */
  private async confirmRunning(): Promise<End | undefined> {
    const seenBefore = this.progress.trail.seenAt;
    const end = await this.look();
    if (end !== undefined || this.progress.trail.seenAt === seenBefore) return end;
    return { outcome: 'NOT_CANCELLABLE', at: this.progress.trail.seenAt ?? Date.now() };
  }

  private abortByItself(): void {
    const limit = formatDuration(this.request.abortAfter ?? 0);
    const { reason = `it ran longer than ${limit}`, requestedBy } = this.request;
    noteAbort(this.progress, { reason, ...(requestedBy === undefined ? {} : { requestedBy }) }, Date.now());
  }

  private lookRequest(): LookRequest {
    const { service, apiVersion, name, notFoundGrace } = this.request;
    return { target: { service, apiVersion, name }, trail: this.progress.trail, notFoundGrace };
  }
}

function passed(time: number | undefined): boolean {
  return time !== undefined && Date.now() >= time;
}
