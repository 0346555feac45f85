import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Something that runs beside the workflow's main line to its own end, one at a time. */
export class BackgroundTask<T> {
  private end: { value: T } | { error: unknown } | undefined;
  private ended: Promise<void> | undefined;

  /** Started, and what came of it not taken yet. */
  get running(): boolean {
    return this.ended !== undefined;
  }

  /** There is something to take. */
  get over(): boolean {
    return this.end !== undefined;
  }

  start(work: () => Promise<T>): void {
    this.ended = work().then(
      (value) => void (this.end = { value }),
      (error: unknown) => void (this.end = { error }),
    );
  }

  /** What came of it, once: `undefined` while it runs. @throws what the work threw */
  take(): T | undefined {
    const end = this.end;
    if (end === undefined) return undefined;
    this.ended = undefined;
    this.end = undefined;
    if ('error' in end) throw end.error;
    return end.value;
  }

  /** Waits until there is something to take, or at once where it does not run. */
  protected async settled(): Promise<void> {
    await this.ended;
  }
}

/** A task that can be stopped: it has a scope of its own, which is seven promises that the SDK keeps book of. */
export class CancellableTask<T> extends BackgroundTask<T> {
  private scope: CancellationScope | undefined;

  override start(work: () => Promise<T>): void {
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    super.start(() => scope.run(work));
  }

  /** Cancels it; its end is taken like any other. */
  cancel(): void {
    if (this.running) this.scope?.cancel();
  }

  /** Cancels it and waits for its end. What came of it, or `undefined` where it never ran or had nothing to tell. */
  async stop(): Promise<T | undefined> {
    this.cancel();
    await this.settled();
    try {
      return this.take();
    } catch (error) {
      if (isCancellation(error)) return undefined;
      throw error;
    }
  }
}
