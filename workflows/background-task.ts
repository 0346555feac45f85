import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Work that runs beside the main loop of a workflow, one piece at a time. It is idle, running or settled. */
export class BackgroundTask<T> {
  private result: { value: T } | { error: unknown } | undefined;
  private settled: Promise<void> | undefined;

  /** Not started, or its result has been taken. */
  get isIdle(): boolean {
    return this.settled === undefined;
  }

  get isRunning(): boolean {
    return !this.isIdle && !this.isSettled;
  }

  /** Its result is there and has not been taken. */
  get isSettled(): boolean {
    return this.result !== undefined;
  }

  start(work: () => Promise<T>): void {
    this.settled = work().then(
      (value) => void (this.result = { value }),
      (error: unknown) => void (this.result = { error }),
    );
  }

  /**
   * The result, once it is there, after which the task is idle; before, `undefined`.
   *
   * @throws what the work threw
   */
  take(): T | undefined {
    const { result } = this;
    if (result === undefined) return undefined;
    this.settled = undefined;
    this.result = undefined;
    if ('error' in result) throw result.error;
    return result.value;
  }

  protected async untilSettled(): Promise<void> {
    await this.settled;
  }
}

/** A task that can be cancelled. Its scope costs the SDK seven promises, so other tasks have none. */
export class CancellableTask<T> extends BackgroundTask<T> {
  private scope: CancellationScope | undefined;

  override start(work: () => Promise<T>): void {
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    super.start(() => scope.run(work));
  }

  /** Cancels the work; its result is taken as usual. */
  cancel(): void {
    if (!this.isIdle) this.scope?.cancel();
  }

  /** Cancels the work and waits for its result; `undefined` where it was idle or failed by its cancellation. */
  async stop(): Promise<T | undefined> {
    this.cancel();
    await this.untilSettled();
    try {
      return this.take();
    } catch (error) {
      if (isCancellation(error)) return undefined;
      throw error;
    }
  }
}
