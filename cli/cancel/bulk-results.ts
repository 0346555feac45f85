import { type CancelOperationsResult, type ItemFailure, type ItemResult, MAX_SHOWN } from '../../contract/bulk.js';
import type { OutputFormat } from '../input/flags.js';
import { printable } from '../output/printable.js';
import { Results } from '../output/results.js';

/**
 * Writes how each operation of a bulk ended to stdout, once, as soon as it is known: a line for people, in `jsonl` an
 * object. `json` is the whole result at the end.
 */
export class BulkResults {
  readonly #written = new Set<string>();
  readonly #results: Results;

  #isCutReported = false;

  /** @param reportCut is called once where more have ended than the workflow lists */
  constructor(
    private readonly format: OutputFormat,
    private readonly reportCut: (matched: number) => void,
  ) {
    this.#results = new Results(format, false);
  }

  /** Writes what has ended since the last call. */
  write({ matched, outcomes, results, failures }: CancelOperationsResult): void {
    if (!this.#isCutReported && endedOf({ outcomes, failures }) > results.length + failures.length) {
      this.#isCutReported = true;
      this.reportCut(matched);
    }
    if (this.format === 'json') return;
    for (const one of results) this.#writeOnce(one.name, one, endedLine(one));
    for (const { name, type, message } of failures)
      this.#writeOnce(name, { name, error: { type, message } }, failedLine({ name, type, message }));
  }

  /** Writes the rest, and in text and json the whole. */
  end(result: CancelOperationsResult): void {
    this.write(result);
    if (this.format !== 'jsonl') this.#results.add(result, totalsOf(result, this.#written.size));
    this.#results.end();
  }

  #writeOnce(name: string, value: object, text: string): void {
    if (this.#written.has(name)) return;
    this.#written.add(name);
    this.#results.add(value, text);
  }
}

function endedLine({ name, outcome, won, earlier }: ItemResult): string {
  const words = [...(won ? ['the cancel won'] : []), ...(earlier === true ? ['an earlier record'] : [])];
  return printable(`${outcome}${words.length === 0 ? '' : `, ${words.join(', ')}`}: ${name}`);
}

function failedLine({ name, type, message }: ItemFailure): string {
  return printable(`could not be done: ${name}: ${type}: ${message}`);
}

function totalsOf(
  { matched, started, outcomes, failures, unknownAge }: CancelOperationsResult,
  written: number,
): string {
  const ended = endedOf({ outcomes, failures });
  return [
    `${matched} matched, ${started} started or joined`,
    ...Object.entries(outcomes).map(([outcome, number]) => `  ${outcome.padEnd(17)}  ${number}`),
    ...(unknownAge === 0 ? [] : [`  of unknown age     ${unknownAge}, passed over`]),
    ...(failures.length === 0
      ? []
      : [`  could not be done  ${failures.length}${failures.length < MAX_SHOWN ? '' : ' or more'}`]),
    ...(ended > written ? [`  not listed above   ${ended - written}`] : []),
  ].join('\n');
}

function endedOf({ outcomes, failures }: Pick<CancelOperationsResult, 'outcomes' | 'failures'>): number {
  return Object.values(outcomes).reduce((sum, number) => sum + number, failures.length);
}
