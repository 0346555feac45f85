const MINUTE_MS = 60_000;

/** All lists together take up to 45 requests a minute, and a third of a lower limit. */
const LISTS = { perMinute: 45, share: 1 / 3 };
/** Direct polls that check the lists take up to 6 requests a minute, and a sixth of a lower limit. */
export const DIRECT_POLLS = { perMinute: 6, share: 1 / 6 };

/**
 * The part of the request limit of one project and location that its lists may use; the rest is for polls that see an
 * end. A thousand operations of a location cost less than 60 requests a minute, in however many collections they are.
 */
export class ListBudget {
  /** The lists read within the last minute or so, the oldest first: their pages, and when they were read. */
  private readonly recent = new Map<object, { pages: number; readAt: number }>();

  /** @param requestsPerMinute the limit; infinite where there is none */
  constructor(private readonly requestsPerMinute: number) {}

  recordList(list: object, pages: number, now: number): void {
    this.recent.delete(list);
    this.recent.set(list, { pages, readAt: now });
  }

  /** The time between two reads of each list, in ms, by which all of them together keep to their allowance. */
  listInterval(now: number): number {
    // A list that is read more rarely than once a minute counts until its next read.
    const spanMs = Math.max(MINUTE_MS, this.interval(LISTS, this.pages));
    for (const [list, { readAt }] of this.recent) {
      if (now - readAt <= spanMs) break;
      this.recent.delete(list);
    }
    return this.interval(LISTS, this.pages);
  }

  /**
   * The time between two direct polls that check the same list, in ms, by which those of all lists keep to
   * their allowance.
   */
  directPollInterval(): number {
    return this.interval(DIRECT_POLLS, Math.max(1, this.recent.size));
  }

  private get pages(): number {
    return [...this.recent.values()].reduce((sum, list) => sum + list.pages, 0);
  }

  private interval({ perMinute, share }: typeof LISTS, requests: number): number {
    return (requests * MINUTE_MS) / Math.min(perMinute, this.requestsPerMinute * share);
  }
}
