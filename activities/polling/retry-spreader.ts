const SECOND_MS = 1_000;
/** A worker and a Temporal server on two cores handle this many attempts a second beside everything else. */
const ATTEMPTS_PER_SECOND = 50;
/** Retries due within 10 s may use 1.5 times the budget, so that operations about to end are not delayed. */
const SOON_MS = 10_000;
const SOON_FACTOR = 1.5;

/**
 * Spreads the next attempts of many activities: if a second is full, the next one with room is taken. This keeps thousands of operations from queueing as tasks for a worker: with `n`
 * operations, each is polled every `n / perSecond` seconds where that is longer than its interval.
 */
export function createRetrySpreader(perSecond = ATTEMPTS_PER_SECOND) {
  /** The number of attempts in each second since 1970. */
  const booked = new Map<number, number>();
  let oldestSecond = 0;
  return {
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
      // Attempts that were moved are spread within their second too.
      return second === wantedSecond ? intervalMs : second * SECOND_MS + (place * SECOND_MS) / max - now;
    },
  };
}
