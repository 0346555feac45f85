/** Ends what was started, the last first. */
export class Cleanup {
  readonly #all: (() => Promise<unknown>)[] = [];

  /** Notes how to end something. */
  add(close: () => Promise<unknown>): void {
    this.#all.push(close);
  }

  /** Ends everything once; what cannot be ended does not keep the rest from it. */
  async close(): Promise<void> {
    for (const close of this.#all.splice(0).toReversed()) await close().catch(() => undefined);
  }
}
