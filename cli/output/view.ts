import type { LiveStatus } from '../../client/operation-handle.js';
import { formatDuration } from '../../contract/duration.js';
import { lastSegment } from '../../contract/names.js';
import type { OperationArgument } from '../input/operation-name.js';
import type { LiveLines } from './live-lines.js';
import { isAscii } from './locale.js';
import { printable } from './printable.js';
import { fingerprint, wordsForStatus } from './words.js';

/** An operation as a view shows it. */
export interface ShownOperation {
  target: OperationArgument;
  /** The start of the command for this operation, in ms since 1970. */
  startedAt: number;
  /** The last status that was read; `undefined` until there is one. */
  status?: LiveStatus;
  /** When it was read, in ms since 1970. */
  answeredAt?: number;
  /** It has an outcome or a failure. */
  isDone: boolean;
}

/** Shows the progress of operations while a command runs. */
export interface View {
  /** Shows the present progress. */
  update(operations: readonly ShownOperation[]): void;
  /** Runs something that writes to the same terminal. */
  aside(write: () => void): void;
  /** Stops showing progress. */
  end(): void;
}

/** The longest time without a line where there is no terminal. */
export const UNCHANGED_LINE_AFTER_MS = 30_000;

/** For files and pipes, such as the log of a CI job: a line for each change, and one each half minute while nothing changes. */
export class LineView implements View {
  readonly #fingerprints = new Map<string, string>();
  #writtenAt = Date.now();

  constructor(private readonly write: (text: string) => unknown) {}

  update(operations: readonly ShownOperation[]): void {
    const running = operations.filter(({ isDone }) => !isDone);
    const changed = running.filter(({ target, status }) => {
      if (status === undefined) return false;
      const current = fingerprint(status);
      const last = this.#fingerprints.get(target.workflowId);
      this.#fingerprints.set(target.workflowId, current);
      return current !== last;
    });
    const isQuiet = changed.length === 0 && Date.now() - this.#writtenAt >= UNCHANGED_LINE_AFTER_MS;
    this.#writeLines((isQuiet ? running.slice(0, MAX_UNCHANGED) : changed).map(progressLine));
    if (isQuiet && operations.length > MAX_UNCHANGED) this.#writeLines([countLine(running, operations)]);
  }

  #writeLines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.write(`${lines.join('\n')}\n`);
    this.#writtenAt = Date.now();
  }

  aside(write: () => void): void {
    write();
    this.#writtenAt = Date.now();
  }

  end(): void {
    this.#fingerprints.clear();
  }
}

/** How many lines about what has not changed come together. */
const MAX_UNCHANGED = 5;

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ASCII_SPINNER = ['|', '/', '-', '\\'];

/** For terminals: what is not done, redrawn in place. */
export class LiveView implements View {
  #frame = 0;
  #operations: readonly ShownOperation[] = [];

  constructor(
    private readonly lines: LiveLines,
    private readonly spinner: readonly string[] = isAscii ? ASCII_SPINNER : SPINNER,
  ) {}

  update(operations: readonly ShownOperation[]): void {
    this.#operations = operations;
    const running = operations.filter(({ isDone }) => !isDone);
    if (running.length === 0) return this.lines.clear();
    this.#frame = (this.#frame + 1) % this.spinner.length;
    const drawn = running.map((operation) => `${this.spinner[this.#frame] ?? ''} ${progressLine(operation)}`);
    this.lines.draw(drawn, operations.length > 1 ? countLine(running, operations) : undefined);
  }

  aside(write: () => void): void {
    this.lines.clear();
    write();
    if (this.#operations.length > 0) this.update(this.#operations);
  }

  end(): void {
    this.lines.end();
    this.#operations = [];
  }
}

function countLine(running: readonly ShownOperation[], all: readonly ShownOperation[]): string {
  return `${running.length} of ${all.length} under way`;
}

/** The time without an answer after which a line says so. */
const FROZEN_AFTER_MS = 2_000;

function progressLine({ target, startedAt, status, answeredAt }: ShownOperation): string {
  const progress = status === undefined ? 'STARTING' : `${status.state}: ${wordsForStatus(status)}`;
  const silence = silenceWords({ startedAt, answeredAt });
  return printable(
    `${inSeconds(Date.now() - startedAt).padStart(4)}  ${shortName(target.name)}  ${progress}${silence}`,
  );
}

/** How long there has been no answer, after a comma; empty while that is less than two seconds. */
export function silenceWords({ startedAt, answeredAt }: { startedAt: number; answeredAt: number | undefined }): string {
  const silentMs = Date.now() - (answeredAt ?? startedAt);
  if (silentMs < FROZEN_AFTER_MS) return '';
  return answeredAt === undefined
    ? `, no answer for ${inSeconds(silentMs)}`
    : `, last answer ${inSeconds(silentMs)} ago`;
}

/** A duration in whole seconds. */
export function inSeconds(ms: number): string {
  return formatDuration(Math.floor(ms / 1_000) * 1_000).replace('0ms', '0s');
}

// Long ids differ at their ends.
function shortName(name: string): string {
  const id = lastSegment(name);
  return id.length <= 20 ? id : `…${id.slice(-19)}`;
}
