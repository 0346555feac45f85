/** Ends what a command has started on this machine, the last first. */
export class Cleanup {
  readonly #steps: (() => Promise<unknown>)[] = [];

  /** Adds how to end something that has just been started. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Ends everything, once. A step that fails does not keep the others from running. */
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) await step().catch(() => undefined);
  }
}
