import { CancellationScope, sleep } from '@temporalio/workflow';

/**
 * One timer that is moved as needed. It is left alone while its time stays the same, and when the workflow ends: cancelling it
 * would be one more event.
 */
export class UpdatableTimer {
  private at: number | undefined;
  private scope: CancellationScope | undefined;
  /** It has fired since it was set. */
  fired = false;

  /** Sets the time in ms since 1970, or none. */
  set(timer: { at: number; summary: string } | undefined): void {
    if (timer?.at === this.at && !this.fired) return;
    this.scope?.cancel();
    this.scope = undefined;
    this.at = timer?.at;
    this.fired = false;
    if (timer === undefined) return;
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    void scope
      .run(() => sleep(Math.max(1, timer.at - Date.now()), { summary: timer.summary }))
      .then(
        () => {
          if (this.scope === scope) this.fired = true;
        },
        () => undefined,
      );
  }
}
