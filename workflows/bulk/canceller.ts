import {
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { BulkActivities, ItemReport, ItemRun, ListPage, OperationActivities } from '../../contract/activities.js';
import { itemInput, MAX_SHOWN, type ParsedBulkInput } from '../../contract/bulk.js';
import { lastSegment, problemOfName } from '../../contract/names.js';
import { isOutcome } from '../../contract/outcome.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { CancellableTask } from '../background-task.js';
import { activityCause, describeFailure } from '../failures.js';
import { afterOthers } from '../priority.js';
import { runUntilOwnEnd } from '../run-again.js';
import { recordPage, restartListing } from './pages.js';
import { type BulkProgress, recordFailure, recordReport } from './progress.js';
import type { SeenNames } from './seen-names.js';

const PAGE_SIZE = 100;
/**
 * Operations whose first tasks may wait for a worker at a time. More would fill the task queue, so that people who cancel one
 * operation wait for all of them where the server ignores priorities.
 */
const MAX_STARTING = 10;
/** Operations whose workflow has no worker are awaited up to this number: Temporal lets a workflow have 2,000 pending activities. */
const MAX_UNTAKEN = 1_000;
const UNTAKEN = 'no worker took the abort; Temporal has stored it for the workflow that follows the operation';

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

/**
 * Cancels at most `maxConcurrent` operations at a time. Each starts or joins an execution of
 * `cancelOperation` and awaits its outcome.
 */
export class BulkCanceller {
  /** The operations under way by name, with their execution once it is known. */
  readonly underWay = new Map<string, ItemRun | undefined>();
  private readonly listing = new CancellableTask<ListPage>();
  /**
   * The scope of the activities that await outcomes. A continue-as-new cancels it, and the next run awaits them again.
   */
  private awaitScope: CancellationScope | undefined;

  constructor(
    private readonly input: ParsedBulkInput,
    private readonly progress: BulkProgress,
    private readonly seenNames: SeenNames,
    private readonly onChange: () => void,
  ) {}

  /** From now on nothing is started or listed. */
  stop(): void {
    this.progress.stopping = true;
    this.listing.cancel();
  }

  /**
   * Works until everything has ended.
   *
   * @returns whether it has; `false` where the history has become so long that the workflow has to continue as new
   * @throws ApplicationFailure where the first page cannot be listed
   */
  async run(): Promise<boolean> {
    // Created here and not in the constructor: its parent must be a scope that the workflow's cancellation
    // does not reach.
    this.awaitScope = new CancellationScope();
    for (const run of this.progress.runs.splice(0))
      this.begin(run.name, { ...run, workflowId: workflowIdOf(this.input.service, run.name) });
    if (this.input.names !== undefined) this.queueNames(this.input.names);
    for (;;) {
      if (workflowInfo().continueAsNewSuggested) {
        await this.prepareContinueAsNew();
        return false;
      }
      this.scheduleDueWork();
      this.onChange();
      if (this.isOver) {
        this.leaveUntaken();
        return true;
      }
      const [active, starting, size] = [this.activeCount, this.startingCount, this.underWay.size];
      await condition(
        () =>
          this.isOver ||
          this.listing.isSettled ||
          this.activeCount < active ||
          this.startingCount < starting ||
          this.underWay.size < size ||
          (this.progress.stopping && this.progress.queue.length > 0) ||
          workflowInfo().continueAsNewSuggested,
      );
      this.takePage();
    }
  }

  private get isOver(): boolean {
    const { queue, listed, stopping } = this.progress;
    if (stopping) return this.activeCount === 0 && this.listing.isIdle;
    return this.underWay.size === 0 && this.listing.isIdle && queue.length === 0 && listed;
  }

  /** The operations under way, without those whose workflow has no worker: they would keep the others from starting. */
  private get activeCount(): number {
    return [...this.underWay.values()].filter((run) => run?.untaken !== true).length;
  }

  private get startingCount(): number {
    return [...this.underWay.values()].filter((run) => run === undefined).length;
  }

  /** Records those that a stopped workflow does not wait for. */
  private leaveUntaken(): void {
    for (const name of this.underWay.keys()) recordFailure(this.progress, name, 'UNAVAILABLE', UNTAKEN);
    this.underWay.clear();
  }

  /**
   * Waits for the executions that are being started, and carries all of them over. A page on its way is listed again.
   */
  private async prepareContinueAsNew(): Promise<void> {
    this.listing.cancel();
    await condition(() => !this.listing.isRunning);
    this.takePage();
    await condition(() => [...this.underWay.values()].every((run) => run !== undefined));
    this.awaitScope?.cancel();
    this.progress.runs = [...this.underWay.values()].flatMap((run) =>
      run === undefined
        ? []
        : [{ name: run.name, runId: run.runId, ...withoutUndefined({ untaken: run.untaken, earlier: run.earlier }) }],
    );
  }

  private scheduleDueWork(): void {
    const { queue, stopping } = this.progress;
    if (stopping || this.input.dryRun) queue.length = 0;
    if (stopping) this.progress.listed ||= this.listing.isIdle;
    const { maxConcurrent } = this.input;
    for (let free = Math.min(maxConcurrent - this.activeCount, MAX_STARTING - this.startingCount); free > 0; free--) {
      const name = queue.shift();
      if (name === undefined) break;
      this.progress.begun += 1;
      this.begin(name);
    }
    if (this.progress.listed || stopping || !this.listing.isIdle || queue.length >= PAGE_SIZE) return;
    this.listing.start(() => this.list());
  }

  private list(): Promise<ListPage> {
    const { service, apiVersion, parent = '', kinds, filter, olderThan } = this.input;
    const withCreateTime = olderThan === undefined ? undefined : (true as const);
    const { pageToken } = this.progress;
    const request = { service, apiVersion, parent, kinds, filter, withCreateTime, pageSize: PAGE_SIZE, pageToken };
    const list = () => listOperations.executeWithOptions({ summary: `List ${parent}` }, [request]);
    return runUntilOwnEnd(list, isListPage);
  }

  private takePage(): void {
    try {
      const page = this.listing.take();
      const { olderThan } = this.input;
      const createdBefore = olderThan === undefined ? undefined : Date.now() - olderThan;
      const problem = page && recordPage(this.progress, this.seenNames, page, createdBefore);
      if (problem === undefined) return;
      this.endListing('INVALID_ARGUMENT', `operations.list ${problem}; what it gave so far is cancelled`);
    } catch (error) {
      // It is cancelled by `stop` and at the end of this run.
      if (!isCancellation(error)) this.onListError(error);
    }
  }

  private onListError(error: unknown): void {
    if (!(error instanceof TemporalFailure)) throw error;
    const { type, message } = describeFailure(error);
    if (type === 'INVALID_ARGUMENT' && restartListing(this.progress, this.seenNames)) return;
    // Nothing has been started, so the workflow can fail at once.
    if (this.progress.matched === 0) throw activityCause(error);
    this.endListing(type, message);
  }

  private endListing(type: string, message: string): void {
    this.progress.listed = true;
    recordFailure(this.progress, this.input.parent ?? '', type, message);
  }

  private queueNames(names: string[]): void {
    const distinct = [...new Set(names)];
    this.progress.matched = distinct.length;
    this.progress.names = distinct.slice(0, MAX_SHOWN);
    this.progress.listed = true;
    this.progress.queue = distinct.slice(this.progress.begun);
  }

  private begin(name: string, run?: ItemRun): void {
    this.underWay.set(name, run);
    void this.cancelOne(name, run).then((report) => {
      if (report === undefined) return;
      recordReport(this.progress, name, report);
      this.underWay.delete(name);
    });
  }

  /**
   * Cancels one operation; `undefined` where this run ends before it. One failure does not stop the others: an error that is
   * thrown fails the workflow task, which Temporal repeats.
   */
  private async cancelOne(name: string, carried: ItemRun | undefined): Promise<ItemReport | undefined> {
    try {
      const problem = problemOfName(name, this.input.service);
      if (problem !== undefined) return { kind: 'failed', type: 'INVALID_ARGUMENT', message: `name: ${problem}` };
      let report: ItemReport | undefined =
        carried === undefined ? await this.start(name) : { kind: 'underWay', run: carried };
      const summary = `Await the outcome of ${lastSegment(name)}`;
      while (report?.kind === 'underWay') {
        const run: ItemRun = report.run;
        if (run.untaken === true && this.underWay.size - this.activeCount > MAX_UNTAKEN)
          return { kind: 'failed', type: 'UNAVAILABLE', message: UNTAKEN };
        this.underWay.set(name, run);
        const options = { summary, priority: afterOthers() };
        const awaitIt = (): Promise<ItemReport> => awaitItem.executeWithOptions(options, [run]);
        report = await this.awaitScope?.run(() => runUntilOwnEnd(awaitIt, isItemReport));
      }
      return report;
    } catch (error) {
      if (isCancellation(error) && this.awaitScope?.consideredCancelled) return undefined;
      if (!(error instanceof TemporalFailure)) throw error;
      return { kind: 'failed', ...describeFailure(error) };
    }
  }

  private async start(name: string): Promise<ItemReport> {
    const request = { input: itemInput(this.input, name), requestId: this.progress.requestId };
    // The execution that it starts has the priority of the activity.
    const options = { summary: `Cancel ${lastSegment(name)}`, priority: afterOthers() };
    const report = await runUntilOwnEnd(() => cancelItem.executeWithOptions(options, [request]), isItemReport);
    const isEarlier = report.kind === 'ended' ? report.earlier : report.kind === 'underWay' && report.run.earlier;
    if (isEarlier !== true) this.progress.started += 1;
    return report;
  }
}

/** Whether `cancelItem` or `awaitItem` may have returned this. */
function isItemReport(result: unknown): boolean {
  const { kind, outcome, run, type, message } = { ...(result as Record<string, unknown> | null) };
  if (kind === 'underWay') return typeof (run as Partial<ItemRun> | undefined)?.workflowId === 'string';
  if (kind === 'failed') return typeof type === 'string' && typeof message === 'string';
  return kind === 'ended' && isOutcome(outcome);
}

function isListPage(result: unknown): boolean {
  const { operations } = { ...(result as Partial<ListPage> | null) };
  return Array.isArray(operations) && operations.every((one: unknown) => typeof one === 'object' && one !== null);
}
