import type { CancelOperationsProgress } from '../../contract/bulk.js';
import { lastSegment } from '../../contract/names.js';
import type { LiveLines } from '../output/live-lines.js';
import { printable } from '../output/printable.js';
import { inSeconds, silenceWords, UNCHANGED_LINE_AFTER_MS } from '../output/view.js';

const MAX_IDS = 3;

/**
 * Shows the progress of a bulk: on a terminal in place, elsewhere a line for each change, and one each half minute while
 * nothing changes.
 */
export class BulkView {
  readonly #startedAt = Date.now();
  #answeredAt: number | undefined;
  #words = 'STARTING';
  #writtenWords = this.#words;
  #writtenAt = this.#startedAt;

  constructor(
    private readonly write: (text: string) => unknown,
    private readonly live?: LiveLines,
  ) {}

  /** Takes an answer of the workflow. */
  recordAnswer(progress: CancelOperationsProgress): void {
    this.#answeredAt = Date.now();
    this.#words = progressWords(progress);
  }

  /** Shows the present progress, and how old it is where it is older than two seconds. */
  update(): void {
    const now = Date.now();
    const silence = silenceWords({ startedAt: this.#startedAt, answeredAt: this.#answeredAt });
    const line = printable(`${inSeconds(now - this.#startedAt).padStart(4)}  ${this.#words}${silence}`);
    if (this.live !== undefined) return this.live.draw([line]);
    if (this.#words === this.#writtenWords && now - this.#writtenAt < UNCHANGED_LINE_AFTER_MS) return;
    this.write(`${line}\n`);
    this.#writtenWords = this.#words;
    this.#writtenAt = now;
  }

  /** Runs something that writes to the same terminal. */
  aside(write: () => void): void {
    this.live?.clear();
    write();
  }

  /** Stops showing progress. */
  end(): void {
    this.live?.end();
  }
}

function progressWords({ matched, underWay, outcomes, failures }: CancelOperationsProgress): string {
  const withOutcome = Object.values(outcomes).reduce((sum, number) => sum + number, 0);
  return [
    `${withOutcome + failures.length} of ${matched} done`,
    `${underWay.length} under way`,
    ...Object.entries(outcomes).map(([outcome, number]) => `${number} ${outcome}`),
    ...(failures.length === 0 ? [] : [`${failures.length} could not be done`]),
    ...(underWay.length === 0 ? [] : [`waiting for ${firstIds(underWay)}`]),
  ].join(', ');
}

function firstIds(names: readonly string[]): string {
  return names.slice(0, MAX_IDS).map(lastSegment).join(' ') + (names.length > MAX_IDS ? ' …' : '');
}
