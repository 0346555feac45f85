import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  BulkActivities,
  ItemReport,
  ItemRun,
  ListPage,
  OperationActivities,
} from '../contract/activities.js';
import { type BulkRequest, itemInput } from '../contract/bulk.js';
import { lastSegment, problemOfName } from '../contract/names.js';
import { type BulkProgress, noteFailure, noteNames, noteReport } from './bulk-progress.js';
import type { SeenNames } from './seen-names.js';
import { Task } from './task.js';

const PAGE_SIZE = 100;
/** After so many pages without a new name the list is taken to go in circles. */
const MOST_EMPTY_PAGES = 1_000;

const { cancelItem, awaitItem } = proxyActivities<BulkActivities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '7s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  cancellationType: 'TRY_CANCEL',
});
const { listOperations } = proxyActivities<OperationActivities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '7s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
  cancellationType: 'TRY_CANCEL',
});

/** Many at once: a sliding window of items, each of which starts or joins the ordinary execution and brings its outcome back. */
export class BulkCanceller {
  /** What is under way, with its execution once that is known. */
  private readonly underWay = new Map<string, ItemRun | undefined>();
  private readonly listing = new Task<ListPage>();
  /** Holds the waits for executions that go on; a continue-as-new ends it and carries them over. */
  private readonly waits = new CancellationScope();
  private emptyPages = 0;

  constructor(
    private readonly request: BulkRequest,
    private readonly progress: BulkProgress,
    private readonly seen: SeenNames,
    private readonly onChange: () => void,
  ) {}

  /** The names under way. */
  get names(): Iterable<string> {
    return this.underWay.keys();
  }

  /** Begins nothing new. */
  stop(): void {
    this.progress.stopping = true;
  }

  /**
   * Works until everything has ended.
   *
   * @returns whether it has: `false` is that the history has grown so long that a new run should go on
   * @throws ApplicationFailure where the first page cannot be listed
   */
  async run(): Promise<boolean> {
    for (const run of this.progress.runs.splice(0)) this.begin(run.name, run);
    if (this.request.names !== undefined) this.takeNames(this.request.names);
    for (;;) {
      if (workflowInfo().continueAsNewSuggested) return this.wind();
      this.fill();
      this.onChange();
      if (this.isOver) return true;
      const before = this.underWay.size;
      await condition(
        () =>
          this.listing.over ||
          this.underWay.size < before ||
          (this.progress.stopping && this.progress.queue.length > 0) ||
          workflowInfo().continueAsNewSuggested,
      );
      this.takePage();
    }
  }

  private get isOver(): boolean {
    const { queue, listed, stopping } = this.progress;
    return this.underWay.size === 0 && !this.listing.running && (stopping || (queue.length === 0 && listed));
  }

  /** Ends this run: what has just been begun is waited for, the rest is carried over. */
  private async wind(): Promise<boolean> {
    await condition(() => !this.listing.running || this.listing.over);
    this.takePage();
    await condition(() => [...this.underWay.values()].every((run) => run !== undefined));
    this.waits.cancel();
    // The names are in the input; carried twice they would not fit.
    if (this.request.names !== undefined) this.progress.queue = [];
    this.progress.runs = [...this.underWay.values()].filter((run) => run !== undefined);
    return false;
  }

  private fill(): void {
    const { queue, stopping, listed } = this.progress;
    if (stopping) queue.length = 0;
    while (!this.request.dryRun && this.underWay.size < this.request.maxConcurrent) {
      const name = queue.shift();
      if (name === undefined) break;
      this.progress.begun += 1;
      this.begin(name);
    }
    if (this.request.dryRun) queue.length = 0;
    if (listed || stopping || this.listing.running || queue.length >= PAGE_SIZE) return;
    this.listing.start(() => this.list());
  }

  private list(): Promise<ListPage> {
    const { service, apiVersion, parent = '', filter } = this.request;
    return listOperations.executeWithOptions({ summary: `List ${parent}` }, [
      { service, apiVersion, parent, filter, pageSize: PAGE_SIZE, pageToken: this.progress.pageToken },
    ]);
  }

  private takePage(): void {
    const page = this.takeListed();
    if (page === undefined) return;
    const names = page.operations.flatMap(({ name, done }) => (!done && this.seen.add(name) ? [name] : []));
    noteNames(this.progress, names);
    this.progress.queue.push(...names);
    this.emptyPages = names.length === 0 ? this.emptyPages + 1 : 0;
    const circles = page.nextPageToken === this.progress.pageToken || this.emptyPages >= MOST_EMPTY_PAGES;
    if (page.nextPageToken !== undefined && circles) {
      this.listingFailed(
        'INVALID_ARGUMENT',
        'operations.list gives the same pages again and again; what it gave so far is cancelled',
      );
    } else if (page.nextPageToken === undefined) {
      this.progress.listed = true;
    } else {
      this.progress.pageToken = page.nextPageToken;
    }
  }

  private takeListed(): ListPage | undefined {
    try {
      return this.listing.take();
    } catch (error) {
      const failure = causeOf(error);
      // Nothing has been begun: the caller has to know at once.
      if (this.progress.matched === 0) throw failure;
      this.listingFailed(failure.type ?? 'UNKNOWN', failure.message);
      return undefined;
    }
  }

  private listingFailed(type: string, message: string): void {
    this.progress.listed = true;
    noteFailure(this.progress, this.request.parent ?? '', type, message);
  }

  private takeNames(names: string[]): void {
    const distinct = [...new Set(names)];
    if (!this.progress.listed) noteNames(this.progress, distinct);
    this.progress.listed = true;
    this.progress.queue = distinct.slice(this.progress.begun);
  }

  private begin(name: string, run?: ItemRun): void {
    this.underWay.set(name, run);
    void this.item(name, run).then((report) => {
      if (report === undefined) return;
      noteReport(this.progress, name, report);
      this.underWay.delete(name);
    });
  }

  /** One item to its end, or `undefined` where this run ends before. It never throws: one bad item does not stop the rest. */
  private async item(name: string, carried: ItemRun | undefined): Promise<ItemReport | undefined> {
    try {
      const problem = problemOfName(name);
      if (problem !== undefined)
        return { kind: 'failed', type: 'INVALID_ARGUMENT', message: `name: ${problem}` };
      const first: ItemReport =
        carried === undefined ? await this.start(name) : { kind: 'underWay', run: carried };
      if (first.kind !== 'underWay') return first;
      this.underWay.set(name, first.run);
      const summary = `Await the outcome of ${lastSegment(name)}`;
      return await this.waits.run(() => awaitItem.executeWithOptions({ summary }, [first.run]));
    } catch (error) {
      if (isCancellation(error)) return undefined;
      const { type, message } = causeOf(error);
      return { kind: 'failed', type: type ?? 'UNKNOWN', message };
    }
  }

  private async start(name: string): Promise<ItemReport> {
    const request = { input: itemInput(this.request, name), requestId: this.progress.requestId };
    const report = await cancelItem.executeWithOptions({ summary: `Cancel ${lastSegment(name)}` }, [request]);
    this.progress.started += 1;
    return report;
  }
}

function causeOf(error: unknown): ApplicationFailure {
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) return error.cause;
  throw error;
}
