/** The last lines of a process's output, for the message about its failure. */
export class OutputTail {
  readonly #lines: string[] = [];
  #rest = '';

  constructor(private readonly maxLines = 40) {}

  /** Adds a piece of output, which may end in the middle of a line. */
  add(chunk: string): void {
    const lines = (this.#rest + chunk).split(/\r?\n/);
    this.#rest = (lines.pop() ?? '').slice(-2_000);
    this.#lines.push(...lines.filter((line) => line.trim() !== ''));
    this.#lines.splice(0, Math.max(0, this.#lines.length - this.maxLines));
  }

  /** The last `count` lines that are not blank. */
  last(count: number): string[] {
    const all = this.#rest.trim() === '' ? this.#lines : [...this.#lines, this.#rest];
    return all.slice(-count);
  }
}
