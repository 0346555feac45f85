import type { ListRequest } from '../../contract/activities.js';
import type { OperationsPage } from '../../google/client.js';
import type { ListRef } from '../../google/url.js';
import { GoogleApiError } from '../../google/error.js';
import { collectionOf } from '../../google/kinds/collections.js';
import { mayBeFilterError } from '../../google/list-pages.js';
import { atLeastRetryAfter } from '../classify.js';
import { backoff, jittered } from '../polling/interval.js';
import type { ListBudget } from './list-budget.js';

/** Up to 50 operations are polled one by one: by long polls they use half of the default request limit. */
export const DEFAULT_LIST_THRESHOLD = 50;
export const PAGE_SIZE = 1_000;
/** A list of `n` pages is read at most every `2n` seconds: 30 requests a minute. */
export const INTERVAL_PER_PAGE_MS = 2_000;
/** A list of one or two pages is read at least every 4 s, as far as the budget allows. */
export const MAX_LIST_AGE_MS = 4_000;
/** Without a list younger than this, each operation is polled directly. */
const MAX_USABLE_AGE_MS = 15_000;
/** A list of more pages shows more operations that have ended than operations that run. */
export const MAX_PAGES = 20;
const MAX_READ_MS = 20_000;
/** A disabled list is not read again for an hour. */
const DISABLED_MS = 3_600_000;
/** A list is disabled when it has shown so many operations as running that had ended before it was read. */
const MAX_STALE_ENTRIES = 5;
/**
 * A list is disabled when it has left out 5 running operations, or a tenth of the tracked ones where that is
 * more. The count is reset each time the list omits an operation that has ended.
 */
const MAX_OMISSIONS = 5;
const MAX_OMISSIONS_SHARE = 0.1;
/** A list may be up to 10 s behind the operations. */
const MAX_LAG_MS = 10_000;
/** Each operation is also polled directly, but at most once a minute. */
const MIN_DIRECT_POLL_PERIOD_MS = 60_000;
/** After a time without direct polls, at most half a minute of them is made up for. */
const DIRECT_POLL_CATCH_UP_MS = 30_000;
/** An operation that was not asked about for ten minutes is no longer followed here. */
const TRACKED_TTL_MS = 600_000;

const RUNNING_FILTER = 'done=false';
/** Neither responses nor metadata. */
export const LIST_FIELDS = 'operations(name,done),nextPageToken';

/** Reads one page of `operations.list`; `undefined` where no slot of the limiter is free. */
export type ReadPage = (query: ListRequest, fields: string) => Promise<OperationsPage | undefined>;

/** The result of one read of all pages. */
interface Snapshot {
  /** When its first page was asked for, in ms since 1970. */
  readAt: number;
  running: ReadonlySet<string>;
  pages: number;
  /** Every place could be reached. Otherwise it proves nothing about an operation that is not in it. */
  isComplete: boolean;
}

/** A followed operation; times in ms since 1970. */
interface Tracked {
  firstAskedAt: number;
  lastAskedAt: number;
  /** When it was last polled directly. */
  polledAt: number;
  /**
   * The part of the direct-poll period that counts as passed before `polledAt`, without which operations that began
   * together would stay together.
   */
  headStartShare: number;
}

/** The list of running operations of one collection, and the operations whose state it may show. */
export class CachedList {
  /** In the order in which they were last asked about. */
  private readonly tracked = new Map<string, Tracked>();
  private lastTrackedAt = 0;
  private snapshot: Snapshot | undefined;
  private isReading = false;
  /** When a list was first asked for and there was none. */
  private wantedSince = 0;
  /** When the next direct poll is due. */
  private nextDirectPollAt = 0;
  /** The running operations that the list left out, with the time when that was seen. */
  private readonly omissions = new Map<string, number>();
  /** The ended operations that the list went on showing as running, with the time when that was seen. */
  private readonly staleEntries = new Map<string, number>();
  /** The operations that `get` showed as ended and the list as running, with the time of the `get`. */
  private readonly endedAt = new Map<string, number>();
  private failures = 0;
  private notBefore = 0;
  private disabledUntil = 0;
  private supportsFilter = true;

  /**
   * @param idOf the part of a name that is unique in this list: Google may list names with the project's
   * number for its id
   * @param clock the time in ms since 1970
   */
  constructor(
    private readonly ref: ListRef,
    private readonly idOf: (name: string) => string,
    readonly budget: ListBudget,
    private readonly clock: () => number,
    private readonly listThreshold = DEFAULT_LIST_THRESHOLD,
    private readonly random: () => number = Math.random,
  ) {}

  /** None of its operations has been asked about for ten minutes. */
  get isExpired(): boolean {
    return this.clock() - this.lastTrackedAt > TRACKED_TTL_MS;
  }

  /** When the latest list was read, in ms since 1970; 0 if there is none. */
  get readAt(): number {
    return this.snapshot?.readAt ?? 0;
  }

  /** More operations are tracked than the threshold, and the list is not disabled. */
  get isUsable(): boolean {
    return this.tracked.size > this.listThreshold && this.clock() >= this.disabledUntil;
  }

  /** Counts an operation as followed. @param isUsed whether this is the list that is read for it */
  track(name: string, isUsed: boolean): void {
    const [id, now] = [this.idOf(name), this.clock()];
    this.lastTrackedAt = now;
    const known = this.tracked.get(id);
    // While the list is not used the operation is polled directly.
    const { polledAt, headStartShare } = isUsed && known ? known : { polledAt: now, headStartShare: this.random() };
    this.tracked.delete(id);
    this.tracked.set(id, { firstAskedAt: known?.firstAskedAt ?? now, polledAt, headStartShare, lastAskedAt: now });
    for (const [other, { lastAskedAt }] of this.tracked) {
      if (now - lastAskedAt <= TRACKED_TTL_MS) break;
      this.tracked.delete(other);
    }
    if (this.isUsable) return;
    this.snapshot = undefined;
    this.endedAt.clear();
    this.wantedSince = 0;
  }

  /**
   * True if the operation is to be polled directly now, regardless of the list. Direct polls are spread evenly
   * over the operations; each operation has one within two periods.
   */
  isDueForDirectPoll(name: string): boolean {
    const now = this.clock();
    const { polledAt, headStartShare } = this.tracked.get(this.idOf(name)) ?? { polledAt: 0, headStartShare: 0 };
    const elapsedMs = now - polledAt + headStartShare * this.directPollPeriod;
    if (elapsedMs < this.directPollPeriod) return false;
    if (elapsedMs < 2 * this.directPollPeriod && now < this.nextDirectPollAt) return false;
    this.nextDirectPollAt =
      Math.max(this.nextDirectPollAt, now - DIRECT_POLL_CATCH_UP_MS) + this.budget.directPollInterval();
    return true;
  }

  /**
   * Whether the latest list shows the operation as running. `undefined` while the first list is being read or
   * has failed; `false` too where there has been no list for a quarter of a minute. Only the call that reads
   * the list waits for it.
   *
   * @param intervalMs how old the list may be, as far as its pages and the budget allow
   */
  async isListedAsRunning(name: string, intervalMs: number, read: ReadPage): Promise<boolean | undefined> {
    const now = this.clock();
    this.wantedSince ||= now;
    const ownMaxAgeMs = Math.max(
      (this.snapshot?.pages ?? 1) * INTERVAL_PER_PAGE_MS,
      Math.min(intervalMs, MAX_LIST_AGE_MS),
    );
    const maxAgeMs = Math.max(ownMaxAgeMs, this.budget.listInterval(now));
    const ageMs = now - (this.snapshot?.readAt ?? Number.NEGATIVE_INFINITY);
    if (ageMs > maxAgeMs && now >= this.notBefore && !this.isReading) await this.refresh(read);
    const knownSince = this.snapshot?.readAt ?? this.wantedSince;
    const isTooOld = this.clock() - knownSince > Math.max(MAX_USABLE_AGE_MS, 2 * maxAgeMs);
    if (isTooOld || this.clock() < this.disabledUntil) return false;
    return this.snapshot?.running.has(this.idOf(name));
  }

  /** Records the result of a `get`, and disables the list if it has been wrong too often. */
  recordPoll(name: string, done: boolean): void {
    const id = this.idOf(name);
    const tracked = this.tracked.get(id);
    if (!done) {
      if (tracked) Object.assign(tracked, { polledAt: this.clock(), headStartShare: 0 });
      this.checkForOmission(id, tracked);
      return;
    }
    this.tracked.delete(id);
    if (tracked === undefined || !this.isExpectedToShow(tracked)) return;
    // It may have ended after the list was read, so the next lists decide.
    if (this.snapshot?.running.has(id)) this.endedAt.set(id, this.clock());
    else this.omissions.clear();
  }

  /** Records that another list shows the operation as running. */
  recordOmission(name: string): void {
    const id = this.idOf(name);
    this.checkForOmission(id, this.tracked.get(id));
  }

  /** Whether a list has left out the operation while it ran. */
  hasOmitted(name: string): boolean {
    return this.omissions.has(this.idOf(name));
  }

  private checkForOmission(id: string, tracked: Tracked | undefined): void {
    if (tracked === undefined || !this.isExpectedToShow(tracked) || this.snapshot?.running.has(id)) return;
    this.recordFault(this.omissions, id);
    if (this.omissions.size >= Math.max(MAX_OMISSIONS, this.tracked.size * MAX_OMISSIONS_SHARE)) this.disable();
  }

  private recordFault(faults: Map<string, number>, id: string): void {
    const now = this.clock();
    faults.delete(id);
    faults.set(id, now);
    for (const [other, seenAt] of faults) if (now - seenAt > DISABLED_MS) faults.delete(other);
  }

  /** Whether the operation was followed long enough before the latest list to be in it. */
  private isExpectedToShow({ firstAskedAt }: Tracked): boolean {
    return this.snapshot?.isComplete === true && this.snapshot.readAt > firstAskedAt + MAX_LAG_MS;
  }

  /** The time in which each operation is polled directly, in ms. */
  private get directPollPeriod(): number {
    return Math.max(MIN_DIRECT_POLL_PERIOD_MS, this.tracked.size * this.budget.directPollInterval());
  }

  private async refresh(read: ReadPage): Promise<void> {
    this.isReading = true;
    try {
      const snapshot = await this.readAll(read);
      if (snapshot === undefined) return this.backOff();
      this.snapshot = snapshot;
      this.failures = 0;
      this.checkForStaleEntries(snapshot);
    } catch (error) {
      if (!(error instanceof GoogleApiError)) throw error;
      if (isLasting(error)) this.disable();
      else this.backOff(error);
    } finally {
      this.isReading = false;
    }
  }

  private backOff(error?: GoogleApiError): void {
    const delayMs = backoff(++this.failures);
    this.notBefore = this.clock() + jittered(error ? atLeastRetryAfter(delayMs, error) : delayMs, this.random);
  }

  /** An operation that ended more than 10 s before the list was read must not be in it. */
  private checkForStaleEntries({ readAt, running }: Snapshot): void {
    for (const [id, endedAt] of this.endedAt) {
      if (readAt <= endedAt + MAX_LAG_MS) continue;
      this.endedAt.delete(id);
      if (running.has(id)) this.recordFault(this.staleEntries, id);
    }
    if (this.staleEntries.size >= MAX_STALE_ENTRIES) this.disable();
  }

  private async readAll(read: ReadPage): Promise<Snapshot | undefined> {
    const readAt = this.clock();
    const running = new Set<string>();
    let isComplete = true;
    let pageToken: string | undefined;
    for (let pages = 1; pages <= MAX_PAGES && this.clock() - readAt < MAX_READ_MS; pages += 1) {
      this.budget.recordList(this, Math.max(pages, this.snapshot?.pages ?? 1), this.clock());
      const page = await this.readPage(read, pageToken);
      if (page === undefined) return undefined;
      for (const { name, done } of page.operations) if (!done) running.add(this.idOf(name));
      isComplete &&= page.unreachable === undefined;
      pageToken = page.nextPageToken;
      if (pageToken === undefined) return { readAt, running, pages, isComplete };
    }
    this.disable();
    return undefined;
  }

  private async readPage(read: ReadPage, pageToken: string | undefined): Promise<OperationsPage | undefined> {
    // A list of jobs has the filter of its kind.
    const isOfJobs = collectionOf(this.ref).kind !== undefined;
    const filter = this.supportsFilter && !isOfJobs ? RUNNING_FILTER : undefined;
    const query = { ...this.ref, pageSize: PAGE_SIZE, filter, pageToken };
    try {
      return await read(query, LIST_FIELDS);
    } catch (error) {
      if (!mayBeFilterError(error, query)) throw error;
      this.supportsFilter = false;
      return this.readPage(read, pageToken);
    }
  }

  private disable(): void {
    this.omissions.clear();
    this.staleEntries.clear();
    this.endedAt.clear();
    this.snapshot = undefined;
    this.supportsFilter = true;
    this.disabledUntil = this.clock() + DISABLED_MS;
  }
}

const LASTING_CODES = ['UNIMPLEMENTED', 'NOT_FOUND', 'PERMISSION_DENIED', 'INVALID_ARGUMENT', 'FAILED_PRECONDITION'];

/** Whether the service does not list this collection, or not for this worker. */
function isLasting({ code, kind, httpStatus }: GoogleApiError): boolean {
  if (kind === 'NOT_API_ERROR') return [400, 403, 404, 405, 501].includes(httpStatus ?? 0);
  return kind === 'TOO_LARGE' || LASTING_CODES.includes(code);
}
