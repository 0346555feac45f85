import type { ListQuery, ListRef, OperationsPage } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import { atLeastRetryAfter } from '../classify.js';
import type { ListBudget } from './list-budget.js';
import { backoff, jittered } from '../polling/interval.js';

/** Up to so many operations are looked at one by one: by long polls they take half of the default ceiling. */
const FEW = 50;
const PAGE_SIZE = 1_000;
/** A page is a request: however many there are, one list takes at most 30 requests a minute. */
const PER_PAGE = 2_000;
/** A list is asked for again after this, in ms, where it has no more than two pages. */
const OLDEST = 4_000;
/** Where the latest list is older than this, each operation is looked at alone. */
const PATIENCE = 15_000;
/** A list of more pages tells more of what has ended than of what runs. */
const MOST_PAGES = 20;
/** The pages of a list have to come within this, in ms. */
const LIST_WITHIN = 20_000;
/** A list that was of no use is not asked for again for so long. */
const USELESS_FOR = 3_600_000;
/** A list may show so many operations as running that had ended before. */
const MOST_LIES = 5;
/** It may lack so many that run, or this share of those that are followed, with none in between whose end it told. */
const MOST_MISSING = 5;
const SHARE_MISSING = 0.1;
/** What began shorter before a list may be missing in it. */
const LAG = 10_000;
/** Whatever lists show, each operation is looked at now and then, but not before this. */
const CONFIRM_AFTER = 60_000;
/** Who comes all at once makes up for so much of the time before. */
const CONFIRM_BURST = 30_000;
/** An operation that was not asked about for so long is followed no more, or elsewhere. */
const FORGOTTEN = 600_000;

const RUNNING = 'done=false';
const FIELDS = 'operations(name,done),nextPageToken';

/** Reads one page of `operations.list`, in its turn; `undefined` where the turn does not come soon. */
export type ReadPage = (query: ListQuery, fields: string) => Promise<OperationsPage | undefined>;

interface Snapshot {
  /** When it was asked for, in ms since 1970. */
  at: number;
  running: ReadonlySet<string>;
  pages: number;
}

/** When an operation was first and last asked about, and last looked at by itself, in ms since 1970. */
interface Followed {
  first: number;
  last: number;
  looked: number;
  /** What part of a round is taken as passed before: else all who began together would be checked together. */
  head: number;
}

/** The followed operations that one list may tell of. */
export class CachedList {
  /** In the order in which they were last asked about. */
  private readonly followed = new Map<string, Followed>();
  /** When an operation was last counted. */
  private counted = 0;
  private snapshot: Snapshot | undefined;
  private isListing = false;
  /** Since when a list has been wanted. */
  private wantedSince = 0;
  private confirmAt = 0;
  /** What runs although a list lacked it, and when that was seen. */
  private readonly omissions = new Map<string, number>();
  /** What a list went on showing as running after its end, and what it must not show in the next one: when that was seen. */
  private readonly staleEntries = new Map<string, number>();
  private readonly ended = new Map<string, number>();
  private failures = 0;
  private notBefore = 0;
  private uselessUntil = 0;
  private takesFilter = true;

  /** @param idOf what of a name tells it from others here: Google may list it with the project's number for its id */
  constructor(
    private readonly ref: ListRef,
    private readonly idOf: (name: string) => string,
    readonly budget: ListBudget,
    private readonly clock: () => number,
    private readonly few = FEW,
    private readonly random: () => number = Math.random,
  ) {}

  /** Nobody follows any of its operations any more. */
  get isForgotten(): boolean {
    return this.clock() - this.counted > FORGOTTEN;
  }

  /** When the latest list was asked for, in ms since 1970. */
  get listedAt(): number {
    return this.snapshot?.at ?? 0;
  }

  /** Counts an operation as followed. @param serves whether this list is the one that is asked about it */
  track(name: string, serves: boolean): void {
    const [id, now] = [this.idOf(name), this.clock()];
    this.counted = now;
    const known = this.followed.get(id);
    // Until lists serve, it is looked at by itself.
    const { looked, head } = serves && known ? known : { looked: now, head: this.random() };
    this.followed.delete(id);
    this.followed.set(id, { first: known?.first ?? now, looked, head, last: now });
    for (const [other, { last }] of this.followed) {
      if (now - last <= FORGOTTEN) break;
      this.followed.delete(other);
    }
    if (this.isUsable) return;
    this.snapshot = undefined;
    this.ended.clear();
    this.wantedSince = 0;
  }

  /** So many are followed that a list pays, and nothing is known against it. */
  get isUsable(): boolean {
    return this.followed.size > this.few && this.clock() >= this.uselessUntil;
  }

  /** Whatever lists show: whether it is this operation's turn to be looked at by itself. At an even pace, and before long each. */
  isDueForDirectPoll(name: string): boolean {
    const now = this.clock();
    const { looked, head } = this.followed.get(this.idOf(name)) ?? { looked: 0, head: 0 };
    const passed = now - looked + head * this.directPollPeriod;
    if (passed < this.directPollPeriod || (passed < 2 * this.directPollPeriod && now < this.confirmAt))
      return false;
    this.confirmAt = Math.max(this.confirmAt, now - CONFIRM_BURST) + this.budget.checkEvery();
    return true;
  }

  /**
   * Whether a recent list shows it as running; `undefined` where the first one is under way or does not come this time, and `false`
   * where none has come for long. Only who asks for the list waits for it.
   *
   * @param gap how old the list may be, in ms, as far as its pages and the share of lists allow
   */
  async isListedAsRunning(name: string, gap: number, read: ReadPage): Promise<boolean | undefined> {
    const now = this.clock();
    this.wantedSince ||= now;
    const own = Math.max((this.snapshot?.pages ?? 1) * PER_PAGE, Math.min(gap, OLDEST));
    const oldest = Math.max(own, this.budget.oldest(now));
    const isDue = now - (this.snapshot?.at ?? Number.NEGATIVE_INFINITY) > oldest && now >= this.notBefore;
    if (isDue && !this.isListing) await this.take(read);
    const heard = this.snapshot?.at ?? this.wantedSince;
    const patience = Math.max(PATIENCE, 2 * oldest);
    if (this.clock() < this.uselessUntil || this.clock() - heard > patience) return false;
    return this.snapshot?.running.has(this.idOf(name));
  }

  /** What `get` found. A list that leaves out what runs, or shows what has ended, too often is of no use. */
  recordPoll(name: string, done: boolean): void {
    const id = this.idOf(name);
    const followed = this.followed.get(id);
    if (done) this.followed.delete(id);
    else if (followed) Object.assign(followed, { looked: this.clock(), head: 0 });
    if (!done) this.findMissing(id, followed);
    else if (followed !== undefined && this.isJudged(followed)) {
      // It may have ended since the list was asked for: the next ones tell.
      if (this.snapshot?.running.has(id)) this.ended.set(id, this.clock());
      else this.omissions.clear();
    }
  }

  /** Another list shows it as running. */
  recordOmission(name: string): void {
    const id = this.idOf(name);
    this.findMissing(id, this.followed.get(id));
  }

  /** A list before this one lacked it already, although it ran. */
  omitted(name: string): boolean {
    return this.omissions.has(this.idOf(name));
  }

  private findMissing(id: string, followed: Followed | undefined): void {
    if (followed === undefined || !this.isJudged(followed) || this.snapshot?.running.has(id)) return;
    this.remember(this.omissions, id);
    if (this.omissions.size >= Math.max(MOST_MISSING, this.followed.size * SHARE_MISSING)) this.disable();
  }

  private remember(faults: Map<string, number>, id: string): void {
    const now = this.clock();
    faults.delete(id);
    faults.set(id, now);
    for (const [other, at] of faults) if (now - at > USELESS_FOR) faults.delete(other);
  }

  /** There is a list that has to know of it. */
  private isJudged({ first }: Followed): boolean {
    return this.snapshot !== undefined && this.snapshot.at > first + LAG;
  }

  /** How long it takes until each operation has been looked at by itself. */
  private get directPollPeriod(): number {
    return Math.max(CONFIRM_AFTER, this.followed.size * this.budget.checkEvery());
  }

  private async take(read: ReadPage): Promise<void> {
    this.isListing = true;
    try {
      const snapshot = await this.list(read);
      if (snapshot === undefined) {
        this.notBefore = this.clock() + jittered(backoff(++this.failures), this.random);
        return;
      }
      this.snapshot = snapshot;
      this.failures = 0;
      this.findLies(snapshot);
    } catch (error) {
      if (!(error instanceof GoogleApiError)) throw error;
      if (isFinal(error)) this.disable();
      else
        this.notBefore =
          this.clock() + jittered(atLeastRetryAfter(backoff(++this.failures), error), this.random);
    } finally {
      this.isListing = false;
    }
  }

  /** What had ended when the list was asked for must not be in it. */
  private findLies({ at, running }: Snapshot): void {
    for (const [id, seenAt] of this.ended) {
      if (at <= seenAt + LAG) continue;
      this.ended.delete(id);
      if (running.has(id)) this.remember(this.staleEntries, id);
    }
    if (this.staleEntries.size >= MOST_LIES) this.disable();
  }

  private async list(read: ReadPage): Promise<Snapshot | undefined> {
    const at = this.clock();
    const running = new Set<string>();
    let pageToken: string | undefined;
    for (let pages = 1; pages <= MOST_PAGES && this.clock() - at < LIST_WITHIN; pages += 1) {
      this.budget.note(this, Math.max(pages, this.snapshot?.pages ?? 1), this.clock());
      const page = await this.page(read, pageToken);
      if (page === undefined) return undefined;
      for (const { name, done } of page.operations) if (!done) running.add(this.idOf(name));
      pageToken = page.nextPageToken;
      if (pageToken === undefined) return { at, running, pages };
    }
    this.disable();
    return undefined;
  }

  /** What a filter may name is each service's own: one that does not know `done` lists everything. */
  private async page(read: ReadPage, pageToken: string | undefined): Promise<OperationsPage | undefined> {
    const query = { ...this.ref, pageSize: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) };
    if (!this.takesFilter) return read(query, FIELDS);
    try {
      return await read({ ...query, filter: RUNNING }, FIELDS);
    } catch (error) {
      if (!(error instanceof GoogleApiError && error.code === 'INVALID_ARGUMENT' && pageToken === undefined))
        throw error;
      this.takesFilter = false;
      return read(query, FIELDS);
    }
  }

  private disable(): void {
    this.omissions.clear();
    this.staleEntries.clear();
    this.ended.clear();
    this.snapshot = undefined;
    this.takesFilter = true;
    this.uselessUntil = this.clock() + USELESS_FOR;
  }
}

/** Whether asking again would not help: no list here, or not for this worker. */
function isFinal({ code, kind, httpStatus }: GoogleApiError): boolean {
  if (kind === 'NOT_API_ERROR') return [400, 403, 404, 405, 501].includes(httpStatus ?? 0);
  return kind === 'TOO_LARGE' || FINAL.includes(code);
}

const FINAL = ['UNIMPLEMENTED', 'NOT_FOUND', 'PERMISSION_DENIED', 'INVALID_ARGUMENT', 'FAILED_PRECONDITION'];
