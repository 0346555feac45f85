const MINUTE = 60_000;
/** All lists together may take so many requests a minute, and of a lower ceiling this share. */
const LISTS = { most: 45, share: 1 / 3 };
/** So many looks a minute only check them, and of a lower ceiling this share. */
const CHECKS = { most: 6, share: 1 / 6 };

/**
 * What the lists of one project and location may take of its ceiling: looks that tell an end need room beside them. A thousand
 * operations of a location so cost less than 60 requests a minute, in however many collections they are.
 */
export class ListBudget {
  /** The lists read of late: their pages, and when they were asked for. */
  private readonly recent = new Map<object, { pages: number; at: number }>();

  /** @param requestsPerMinute the ceiling; infinite where there is none */
  constructor(private readonly requestsPerMinute: number) {}

  /** Notes that a list is asked for now. */
  note(list: object, pages: number, now: number): void {
    this.recent.delete(list);
    this.recent.set(list, { pages, at: now });
  }

  /** How old a list has to get before it is asked for again, in ms, so that all of them together keep to their share. */
  oldest(now: number): number {
    // Who is read more rarely than once a minute counts all the same.
    const span = Math.max(MINUTE, this.interval(LISTS, this.pages));
    for (const [list, { at }] of this.recent) {
      if (now - at <= span) break;
      this.recent.delete(list);
    }
    return this.interval(LISTS, this.pages);
  }

  /** How long from one check of a list to the next, in ms, so that those of all lists together keep to their share. */
  checkEvery(): number {
    return this.interval(CHECKS, Math.max(1, this.recent.size));
  }

  private get pages(): number {
    return [...this.recent.values()].reduce((sum, list) => sum + list.pages, 0);
  }

  private interval({ most, share }: typeof LISTS, count: number): number {
    return (count * MINUTE) / Math.min(most, this.requestsPerMinute * share);
  }
}
