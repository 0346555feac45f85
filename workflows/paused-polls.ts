const FIRST_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 3_600_000;

/**
 * The polls of the workflow itself after an accepted cancel, while an operator has paused `awaitOperation`: at intervals that
 * double from a second to an hour, since the pause may be for the quota.
 */
export class PausedPolls {
  /** When the next one is due, in ms since 1970; `undefined` for none. */
  at: number | undefined;
  private intervalMs = FIRST_INTERVAL_MS;

  /** Plans the next one if the activity is paused. @returns whether it is */
  plan({ isPaused = false }: { isPaused?: boolean }): boolean {
    this.at = isPaused ? Date.now() + this.intervalMs : undefined;
    this.intervalMs = isPaused ? Math.min(2 * this.intervalMs, MAX_INTERVAL_MS) : FIRST_INTERVAL_MS;
    return isPaused;
  }
}
