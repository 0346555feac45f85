import {
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  BulkActivities,
  ChildReport,
  ChildRun,
  ListPage,
  OperationActivities,
} from '../../contract/activities.js';
import { type ParsedBulkInput, itemInput, MAX_SHOWN } from '../../contract/bulk.js';
import { lastSegment, problemOfName, workflowIdOf } from '../../contract/names.js';
import { causeOf, reasonOf } from './failure.js';
import { recordPage, relist } from './pages.js';
import { type BulkProgress, recordFailure, recordReport } from './progress.js';
import type { SeenNames } from './seen-names.js';
import { CancellableTask } from '../background-task.js';

const PAGE_SIZE = 100;

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
  private readonly underWay = new Map<string, ChildRun | undefined>();
  private readonly listing = new CancellableTask<ListPage>();
  /** Holds the waits for executions that go on; a continue-as-new ends it and carries them over. */
  private waits: CancellationScope | undefined;

  constructor(
    private readonly request: ParsedBulkInput,
    private readonly progress: BulkProgress,
    private readonly seen: SeenNames,
    private readonly onChange: () => void,
  ) {}

  /** The names under way. */
  get names(): Iterable<string> {
    return this.underWay.keys();
  }

  /** Begins nothing new, and lists nothing more. */
  stop(): void {
    this.progress.stopping = true;
    this.listing.cancel();
  }

  /**
   * Works until everything has ended.
   *
   * @returns whether it has: `false` is that the history has grown so long that a new run should go on
   * @throws ApplicationFailure where the first page cannot be listed
   */
  async run(): Promise<boolean> {
    // Made here and not with the object: its parent must be a scope that the workflow's cancellation does not reach.
    this.waits = new CancellationScope();
    for (const { name, runId } of this.progress.runs.splice(0))
      this.begin(name, { name, workflowId: workflowIdOf(this.request.service, name), runId });
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

  /** Ends this run: what has just been begun is waited for, the rest is carried over. A page that has not come is listed again. */
  private async wind(): Promise<boolean> {
    this.listing.cancel();
    await condition(() => !this.listing.running || this.listing.over);
    this.takePage();
    await condition(() => [...this.underWay.values()].every((run) => run !== undefined));
    this.waits?.cancel();
    this.progress.runs = [...this.underWay.values()].flatMap((run) =>
      run === undefined ? [] : [{ name: run.name, runId: run.runId }],
    );
    return false;
  }

  private fill(): void {
    const { queue, stopping } = this.progress;
    if (stopping) {
      queue.length = 0;
      this.progress.listed ||= !this.listing.running;
    }
    while (!this.request.dryRun && this.underWay.size < this.request.maxConcurrent) {
      const name = queue.shift();
      if (name === undefined) break;
      this.progress.begun += 1;
      this.begin(name);
    }
    if (this.request.dryRun) queue.length = 0;
    if (this.progress.listed || stopping || this.listing.running || queue.length >= PAGE_SIZE) return;
    this.listing.start(() => this.list());
  }

  private list(): Promise<ListPage> {
    const { service, apiVersion, parent = '', filter } = this.request;
    return listOperations.executeWithOptions({ summary: `List ${parent}` }, [
      { service, apiVersion, parent, filter, pageSize: PAGE_SIZE, pageToken: this.progress.pageToken },
    ]);
  }

  private takePage(): void {
    try {
      const page = this.listing.take();
      if (page === undefined || recordPage(this.progress, this.seen, page) !== 'circles') return;
    } catch (error) {
      // By `stop`, or at the end of this run.
      if (!isCancellation(error)) this.listingEnded(error);
      return;
    }
    this.listingFailed(
      'INVALID_ARGUMENT',
      'operations.list gives the same pages again and again; what it gave so far is cancelled',
    );
  }

  private listingEnded(error: unknown): void {
    const { type, message } = reasonOf(error);
    if (type === 'INVALID_ARGUMENT' && relist(this.progress)) return;
    // Nothing has been begun: the caller has to know at once.
    if (this.progress.matched === 0) throw causeOf(error);
    this.listingFailed(type, message);
  }

  private listingFailed(type: string, message: string): void {
    this.progress.listed = true;
    recordFailure(this.progress, this.request.parent ?? '', type, message);
  }

  private takeNames(names: string[]): void {
    const distinct = [...new Set(names)];
    this.progress.matched = distinct.length;
    this.progress.names = distinct.slice(0, MAX_SHOWN);
    this.progress.listed = true;
    this.progress.queue = distinct.slice(this.progress.begun);
  }

  private begin(name: string, run?: ChildRun): void {
    this.underWay.set(name, run);
    void this.item(name, run).then((report) => {
      if (report === undefined) return;
      recordReport(this.progress, name, report);
      this.underWay.delete(name);
    });
  }

  /** One item to its end, or `undefined` where this run ends before. It never throws: one bad item does not stop the rest. */
  private async item(name: string, carried: ChildRun | undefined): Promise<ChildReport | undefined> {
    try {
      const problem = problemOfName(name);
      if (problem !== undefined)
        return { kind: 'failed', type: 'INVALID_ARGUMENT', message: `name: ${problem}` };
      const first: ChildReport =
        carried === undefined ? await this.start(name) : { kind: 'underWay', run: carried };
      if (first.kind !== 'underWay') return first;
      this.underWay.set(name, first.run);
      const summary = `Await the outcome of ${lastSegment(name)}`;
      return await this.waits?.run(() => awaitItem.executeWithOptions({ summary }, [first.run]));
    } catch (error) {
      if (isCancellation(error) && this.waits?.consideredCancelled) return undefined;
      return { kind: 'failed', ...reasonOf(error) };
    }
  }

  private async start(name: string): Promise<ChildReport> {
    const request = { input: itemInput(this.request, name), requestId: this.progress.requestId };
    const report = await cancelItem.executeWithOptions({ summary: `Cancel ${lastSegment(name)}` }, [request]);
    this.progress.started += 1;
    return report;
  }
}
