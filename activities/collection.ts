import type { ListQuery, ListRef, OperationsPage } from '../google/client.js';
import { lastSegment } from '../contract/names.js';
import { OperationsError } from '../google/error.js';

/** Up to so many operations are looked at one by one: by long polls they take half of the default ceiling. */
const FEW = 50;
const PAGE_SIZE = 1_000;
/** A page is a request: however many there are, listing takes at most 40 requests a minute. */
const PER_PAGE = 1_500;
/** A list is at most this old, in ms, where it has no more than two pages. */
const OLDEST = 4_000;
/** A list of more pages tells more of what has ended than of what runs. */
const MOST_PAGES = 40;
/** A list that was no use is not asked for again for so long. */
const USELESS_FOR = 3_600_000;
/** Of every so many looks of all, so few are made with `get` whatever the list shows: by this a stale list is found out. */
const CONFIRMED = 10;
/** So many operations more left out than shown, of those that run, are too many. */
const MOST_MISTAKES = 20;
/** Operations shown as running long after they ended. */
const MOST_STALE = 3;
/** The pages of a list have to come within this, in ms. */
const LIST_WITHIN = 20_000;
/** An operation that was not asked about for so long is followed no more, or elsewhere. */
const FORGOTTEN = 600_000;
/** What ended shorter before may be listed as running still. */
const LAG = 10_000;

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

/** The operations of one parent, by the last segments of their names: Google may give a project's number for its id. */
export class Collection {
  /** When each was first and last asked about; in the order of the last. */
  private readonly followed = new Map<string, { first: number; last: number }>();
  /** When each was found done. */
  private readonly ended = new Map<string, number>();
  private snapshot: Snapshot | undefined;
  private pending: Promise<Snapshot | undefined> | undefined;
  private mistakes = 0;
  private stale = 0;
  private uselessUntil = 0;
  private takesFilter = true;

  constructor(
    private readonly ref: ListRef,
    private readonly clock: () => number,
    private readonly random: () => number,
    private readonly few = FEW,
  ) {}

  /** Nobody follows any of its operations any more. */
  get isForgotten(): boolean {
    return [...this.followed.values()].every(({ last }) => this.clock() - last > FORGOTTEN);
  }

  /** Counts an operation as followed. @returns whether to ask a list about it */
  follows(id: string): boolean {
    const now = this.clock();
    const first = this.followed.get(id)?.first ?? now;
    this.followed.delete(id);
    this.followed.set(id, { first, last: now });
    for (const [other, { last }] of this.followed) {
      if (now - last <= FORGOTTEN) break;
      this.followed.delete(other);
    }
    const { size } = this.followed;
    return size > this.few && now >= this.uselessUntil && this.random() >= CONFIRMED / size;
  }

  /** Whether a list that is recent enough shows it as running; `undefined` where there is no list. */
  async showsRunning(id: string, gap: number, read: ReadPage): Promise<boolean | undefined> {
    const oldest = Math.max((this.snapshot?.pages ?? 1) * PER_PAGE, Math.min(gap, OLDEST));
    const isRecent = this.snapshot !== undefined && this.clock() - this.snapshot.at <= oldest;
    const snapshot = isRecent ? this.snapshot : await (this.pending ??= this.take(read));
    if (this.clock() < this.uselessUntil) return false;
    if (snapshot === undefined) return undefined;
    const isRunning = snapshot.running.has(id);
    if (isRunning) this.mistakes = Math.max(0, this.mistakes - 0.5);
    return isRunning;
  }

  /** What `get` found. A list that leaves out what runs, or goes on showing what has ended, is of no use. */
  found(id: string, done: boolean): void {
    const followed = this.followed.get(id);
    if (done) this.followed.delete(id);
    if (followed === undefined || this.snapshot === undefined) return;
    if (done) this.ended.set(id, this.clock());
    else if (this.snapshot.at > followed.first && !this.snapshot.running.has(id)) this.blame(1);
  }

  private async take(read: ReadPage): Promise<Snapshot | undefined> {
    try {
      const snapshot = await this.list(read);
      if (snapshot === undefined) return undefined;
      this.checkEnded(snapshot);
      return (this.snapshot = snapshot);
    } catch (error) {
      if (!(error instanceof OperationsError)) throw error;
      if (isFinal(error)) this.giveUp();
      else if (error.code !== 'RESOURCE_EXHAUSTED') this.blame(MOST_MISTAKES / 4);
      return undefined;
    } finally {
      this.pending = undefined;
    }
  }

  private async list(read: ReadPage): Promise<Snapshot | undefined> {
    const at = this.clock();
    const running = new Set<string>();
    let pageToken: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await this.page(read, pageToken);
      if (page === undefined) return undefined;
      for (const { name, done } of page.operations) if (!done) running.add(lastSegment(name));
      pageToken = page.nextPageToken;
      if (pageToken === undefined) return { at, running, pages };
      if (pages < MOST_PAGES && this.clock() - at < LIST_WITHIN) continue;
      this.giveUp();
      return undefined;
    }
  }

  /** What a filter may name is each service's own: one that does not know `done` lists everything. */
  private async page(read: ReadPage, pageToken: string | undefined): Promise<OperationsPage | undefined> {
    const query = { ...this.ref, pageSize: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) };
    if (!this.takesFilter) return read(query, FIELDS);
    try {
      return await read({ ...query, filter: RUNNING }, FIELDS);
    } catch (error) {
      if (!(error instanceof OperationsError && error.code === 'INVALID_ARGUMENT' && pageToken === undefined))
        throw error;
      this.takesFilter = false;
      return read(query, FIELDS);
    }
  }

  private checkEnded({ at, running }: Snapshot): void {
    for (const [id, ended] of this.ended) {
      if (ended + LAG > at) continue;
      if (running.has(id)) this.stale += 1;
      this.ended.delete(id);
    }
    if (this.stale >= MOST_STALE) this.giveUp();
  }

  private blame(mistakes: number): void {
    this.mistakes += mistakes;
    if (this.mistakes >= MOST_MISTAKES) this.giveUp();
  }

  private giveUp(): void {
    this.mistakes = 0;
    this.stale = 0;
    this.ended.clear();
    this.uselessUntil = this.clock() + USELESS_FOR;
  }
}

/** Whether asking again would not help: no list here, or not for this worker. */
function isFinal({ code, kind, httpStatus }: OperationsError): boolean {
  if (kind === 'PAGE') return [400, 403, 404, 405, 501].includes(httpStatus ?? 0);
  return [
    'UNIMPLEMENTED',
    'NOT_FOUND',
    'PERMISSION_DENIED',
    'INVALID_ARGUMENT',
    'FAILED_PRECONDITION',
  ].includes(code);
}
