import { CancellationScope, sleep } from '@temporalio/workflow';

/** When a timer fires, in ms since 1970, and its summary in the Temporal UI. */
export interface TimerSettings {
  at: number;
  summary: string;
}

/**
 * One timer with a changeable time. To save an event it is not cancelled while its time stays the same, nor when
 * the workflow ends.
 */
export class UpdatableTimer {
  private at: number | undefined;
  private scope: CancellationScope | undefined;
  /** It has fired since it was last set. */
  hasFired = false;

  /** Moves the timer, or stops it without settings. */
  set(timer: TimerSettings | undefined): void {
    if (timer?.at === this.at && !this.hasFired) return;
    this.scope?.cancel();
    this.scope = undefined;
    this.at = timer?.at;
    this.hasFired = false;
    if (timer === undefined) return;
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    void scope
      .run(() => sleep(Math.max(1, timer.at - Date.now()), { summary: timer.summary }))
      .then(
        () => {
          if (this.scope === scope) this.hasFired = true;
        },
        () => undefined,
      );
  }
}

/** Whether a time in ms since 1970 is over; `undefined` is never. */
export function isPast(time: number | undefined): boolean {
  return time !== undefined && Date.now() >= time;
}
