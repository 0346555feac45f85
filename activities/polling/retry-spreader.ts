const SECOND = 1_000;
/** What a worker and a Temporal server get done beside everything else, on two cores each a little. */
const PER_SECOND = 50;
/** So soon comes back whose end is near, as far as anybody knows, and for them there is half as much again. */
const NEAR = 10_000;
const RESERVE = 1.5;

/** Spreads the attempts that come back: where a second is full, the next one with room is taken. */
export interface RetrySpreader {
  /** @param gap the wish, in ms @returns after how many ms to come back: the gap, or longer */
  schedule(gap: number, now: number): number;
}

/**
 * The turns of one process. They keep thousands of operations from piling up as tasks that wait for a worker: with `n`
 * operations followed, a look comes every `n / perSecond` seconds where that is longer than the pace.
 */
export function createRetrySpreader(perSecond = PER_SECOND): RetrySpreader {
  const booked = new Map<number, number>();
  let past = 0;
  return {
    schedule(gap, now) {
      const current = Math.floor(now / SECOND);
      for (; past < current; past = booked.size === 0 ? current : past + 1) booked.delete(past);
      const wanted = Math.floor((now + gap) / SECOND);
      const most = gap < NEAR ? perSecond * RESERVE : perSecond;
      let second = wanted;
      while ((booked.get(second) ?? 0) >= most) second += 1;
      const place = booked.get(second) ?? 0;
      booked.set(second, place + 1);
      // Those who were moved on spread over their second too.
      return second === wanted ? gap : second * SECOND + (place * SECOND) / most - now;
    },
  };
}
