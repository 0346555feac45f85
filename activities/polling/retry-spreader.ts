const SECOND_MS = 1_000;
/** The first budget: a worker and a Temporal server on two cores handle as many beside everything else. */
const FIRST_PER_SECOND = 50;
const MIN_PER_SECOND = 10;
/** An attempt that begins so much later than the quickest one has waited for the worker or the server. */
const MAX_WAIT_MS = 500;
/** The budget falls by a quarter while attempts wait, and grows by a twentieth while it is used up and none waits. */
const FALL = 0.75;
const RISE = 1.05;
/** Attempts that were scheduled under the last budget are not counted against this one for so long. */
const CHANGE_INTERVAL_MS = 5_000;
/** The shortest wait is forgotten at this pace, in ms a second, because clocks are set. */
const FORGET_MS = 10;
/** Retries due within 10 s may use 1.5 times the budget, so that operations about to end are not delayed. */
const SOON_MS = 10_000;
const SOON_FACTOR = 1.5;

/**
 * Spreads the next attempts of many activities: if a second is full, the next one with room is taken. This keeps thousands
 * of operations from queueing as tasks for a worker: with `n` operations, each is polled every `n / budget` seconds where that
 * is longer than its interval. The budget follows the time that attempts wait to be started.
 *
 * @param maxPerSecond the highest budget
 */
export function createRetrySpreader(maxPerSecond = Number.POSITIVE_INFINITY) {
  /** The number of attempts in each second since 1970. */
  const booked = new Map<number, number>();
  let oldestSecond = 0;
  let perSecond = Math.min(FIRST_PER_SECOND, maxPerSecond);
  let changedAt = 0;
  /** An attempt had to take a later second since the last change. */
  let isUsedUp = false;
  /** The shortest time from schedule to start, in ms: it holds the difference of the clocks. */
  let shortest = { ms: Number.POSITIVE_INFINITY, at: 0 };
  return {
    /** The current budget of attempts per second. */
    get perSecond() {
      return perSecond;
    },
    /** Records how long an attempt waited from its scheduled time to its start, by the clocks of Temporal and this worker. */
    observe(waitMs: number, now: number): void {
      const forgottenMs = ((now - shortest.at) * FORGET_MS) / SECOND_MS;
      shortest = { ms: Math.min(shortest.ms + forgottenMs, waitMs), at: now };
      const isLate = waitMs - shortest.ms > MAX_WAIT_MS;
      if (now - changedAt < CHANGE_INTERVAL_MS || !(isLate || isUsedUp)) return;
      const wanted = isLate ? Math.max(MIN_PER_SECOND, perSecond * FALL) : perSecond * RISE;
      perSecond = Math.min(maxPerSecond, wanted);
      changedAt = now;
      isUsedUp = false;
    },
    /** @param intervalMs the wanted delay @returns the delay to use, in ms: the wanted one, or longer */
    schedule(intervalMs: number, now: number): number {
      const currentSecond = Math.floor(now / SECOND_MS);
      for (; oldestSecond < currentSecond; oldestSecond = booked.size === 0 ? currentSecond : oldestSecond + 1)
        booked.delete(oldestSecond);
      const wantedSecond = Math.floor((now + intervalMs) / SECOND_MS);
      const max = intervalMs < SOON_MS ? perSecond * SOON_FACTOR : perSecond;
      let second = wantedSecond;
      while ((booked.get(second) ?? 0) >= max) second += 1;
      const place = booked.get(second) ?? 0;
      booked.set(second, place + 1);
      if (second === wantedSecond) return intervalMs;
      isUsedUp = true;
      // Attempts that were moved are spread within their second too.
      return second * SECOND_MS + (place * SECOND_MS) / max - now;
    },
  };
}
