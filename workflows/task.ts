import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Something that runs beside the workflow's main line, one at a time, in a scope of its own. */
export class Task<T> {
  private scope: CancellationScope | undefined;
  private end: { value: T } | { error: unknown } | undefined;
  private promise: Promise<void> = Promise.resolve();

  /** Started, and what came of it not taken yet. */
  get running(): boolean {
    return this.scope !== undefined;
  }

  /** There is something to take. */
  get over(): boolean {
    return this.end !== undefined;
  }

  start(work: () => Promise<T>): void {
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    this.promise = scope.run(work).then(
      (value) => void (this.end = { value }),
      (error: unknown) => void (this.end = { error }),
    );
  }

  /** What came of it, once: `undefined` while it runs. @throws what the work threw */
  take(): T | undefined {
    const end = this.end;
    if (end === undefined) return undefined;
    this.scope = undefined;
    this.end = undefined;
    if ('error' in end) throw end.error;
    return end.value;
  }

  /** Cancels it; its end is taken like any other. */
  cancel(): void {
    this.scope?.cancel();
  }

  /** Cancels it and waits for its end. What came of it, or `undefined` where it never ran or had nothing to tell. */
  async stop(): Promise<T | undefined> {
    this.scope?.cancel();
    await this.promise;
    try {
      return this.take();
    } catch (error) {
      if (isCancellation(error)) return undefined;
      throw error;
    }
  }
}
