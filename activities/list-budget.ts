const MINUTE = 60_000;
/** Of the ceiling, lists of running operations take so much at most, and looks that only check them. */
const LISTS = 1 / 3;
const CHECKS = 1 / 6;

/** What the lists of one project and location may take of its ceiling: looks that tell an end need room beside them. */
export class ListBudget {
  /** The lists of the last minute: their pages, and when they were asked for. */
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
    this.forget(now);
    const pages = [...this.recent.values()].reduce((sum, list) => sum + list.pages, 0);
    return (pages * MINUTE) / (this.requestsPerMinute * LISTS);
  }

  /** How long from one check of a list to the next, in ms, so that those of all lists together keep to their share. */
  checkEvery(now: number): number {
    this.forget(now);
    return (this.recent.size * MINUTE) / (this.requestsPerMinute * CHECKS);
  }

  private forget(now: number): void {
    for (const [list, { at }] of this.recent) {
      if (now - at <= MINUTE) return;
      this.recent.delete(list);
    }
  }
}
