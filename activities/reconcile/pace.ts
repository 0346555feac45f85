const MINUTE_MS = 60_000;
/** The interval of the polls of an operation that a loop covers: the longest time for which a wrong list hides an end. */
export const COVERED_INTERVAL_MS = 35 * MINUTE_MS;
/** The time between two lists. An end is seen after half of it on average. */
export const LIST_INTERVAL_MS = 10_000;
/** The same while a twentieth of what is followed ends between two lists. */
const BUSY_INTERVAL_MS = 4_000;
const BUSY_SHARE = 0.05;
/** A list of `n` pages is read at most every `2n` seconds: 30 requests a minute. */
const INTERVAL_PER_PAGE_MS = 2_000;
/** The lists of a collection take a third of the limit of requests at most. */
const LIST_SHARE = 1 / 3;
/** The polls of what is woken take half of it. */
const WAKE_SHARE = 1 / 2;
/** Without a limit of requests: a worker and a Temporal server on two cores take this many polls within a list's interval. */
const MAX_WAKES = 1_000;
const MAX_WAKE_DELAY_MS = 32 * MINUTE_MS;

/** The number of rows or names on a page, of Google's lists as of Temporal's. */
export const PAGE_SIZE = 1_000;

interface Round {
  /** Pages of Google's list. */
  pages: number;
  followed: number;
  /** How many are followed and not listed as running, and have not been woken in vain. */
  ended: number;
}

/** The time from one list to the next, in ms. @param requestsPerMinute the limit of the location */
export function listInterval({ pages, followed, ended }: Round, requestsPerMinute: number): number {
  const isBusy = ended >= Math.max(2, followed * BUSY_SHARE);
  const perPageMs = Math.max(INTERVAL_PER_PAGE_MS, MINUTE_MS / (requestsPerMinute * LIST_SHARE));
  return Math.max(isBusy ? BUSY_INTERVAL_MS : LIST_INTERVAL_MS, Math.max(pages, followed / PAGE_SIZE) * perPageMs);
}

/** How many may be woken in a round, which begins so long after the last one. */
export function maxWakes(sinceLastMs: number, requestsPerMinute: number): number {
  const elapsedMs = Math.min(sinceLastMs, MINUTE_MS);
  return Math.max(1, Math.min(MAX_WAKES, Math.floor((requestsPerMinute * WAKE_SHARE * elapsedMs) / MINUTE_MS)));
}

/** How long after the `times`-th wake in vain the next one is due: 1, 2, 4 … 32 minutes. */
export function wakeDelay(times: number): number {
  return Math.min(MAX_WAKE_DELAY_MS, MINUTE_MS * 2 ** (times - 1));
}
