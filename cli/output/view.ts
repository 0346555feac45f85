import type { LiveStatus } from '../../client/operation-handle.js';
import { formatDuration } from '../../contract/duration.js';
import { lastSegment } from '../../contract/names.js';
import type { OperationArgument } from '../input/operation-name.js';
import { printable } from './printable.js';
import type { Style } from './style.js';
import { columnsOf } from './text.js';
import { fingerprint, wordsForStatus } from './words.js';

/** An operation as a view shows it. */
export interface ShownOperation {
  target: OperationArgument;
  /** The start of the command for this operation, in ms since 1970. */
  startedAt: number;
  /** The last status that was read; `undefined` until there is one. */
  status?: LiveStatus;
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

/** A terminal; its size may change. */
export interface Screen {
  write(text: string): unknown;
  columns: number;
  rows: number;
}

const UNCHANGED_LINE_AFTER_MS = 60_000;

/** For files and pipes: a line for each change of an operation, and one a minute while nothing changes. */
export class LineView implements View {
  readonly #lastLines = new Map<string, { fingerprint: string; at: number }>();

  constructor(private readonly write: (text: string) => unknown) {}

  update(operations: readonly ShownOperation[]): void {
    for (const operation of operations) {
      if (operation.status === undefined || operation.isDone) continue;
      const { workflowId } = operation.target;
      const current = { fingerprint: fingerprint(operation.status), at: Date.now() };
      const last = this.#lastLines.get(workflowId);
      if (last?.fingerprint === current.fingerprint && current.at - last.at < UNCHANGED_LINE_AFTER_MS) continue;
      this.#lastLines.set(workflowId, current);
      this.write(`${progressLine(operation)}\n`);
    }
  }

  aside(write: () => void): void {
    write();
  }

  end(): void {
    this.#lastLines.clear();
  }
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const MAX_LINES = 20;

/** For terminals: one line for each operation that is not done, redrawn in place. */
export class LiveView implements View {
  #drawnLines = 0;
  #frame = 0;
  #operations: readonly ShownOperation[] = [];

  constructor(
    private readonly screen: Screen,
    private readonly style: Style,
  ) {}

  update(operations: readonly ShownOperation[]): void {
    this.#operations = operations;
    this.#clear();
    const running = operations.filter(({ isDone }) => !isDone);
    const maxLines = Math.max(1, Math.min((this.screen.rows || 24) - 3, MAX_LINES));
    this.#frame = (this.#frame + 1) % SPINNER.length;
    const lines = running
      .slice(0, maxLines)
      .map((operation) => this.#cut(`${SPINNER[this.#frame] ?? ''} ${progressLine(operation)}`));
    if (operations.length > 1) lines.push(this.#cut(`  ${running.length} of ${operations.length} under way`));
    if (running.length > 0) this.#draw(lines);
  }

  aside(write: () => void): void {
    this.#clear();
    write();
    if (this.#operations.length > 0) this.update(this.#operations);
  }

  end(): void {
    this.#clear();
    this.#operations = [];
  }

  #draw(lines: readonly string[]): void {
    this.screen.write(lines.map((line) => `${this.style('dim', line)}\n`).join(''));
    this.#drawnLines = lines.length;
  }

  #clear(): void {
    if (this.#drawnLines > 0) this.screen.write(`\r\u001B[${this.#drawnLines}A\u001B[J`);
    this.#drawnLines = 0;
  }

  #cut(line: string): string {
    const width = columnsOf(this.screen) - 1;
    return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
  }
}

function progressLine({ target, startedAt, status }: ShownOperation): string {
  const elapsed = formatDuration(Math.floor((Date.now() - startedAt) / 1_000) * 1_000).replace('0ms', '0s');
  const progress = status === undefined ? 'STARTING' : `${status.state}: ${wordsForStatus(status)}`;
  return printable(`${elapsed.padStart(4)}  ${shortName(target.name)}  ${progress}`);
}

// Long ids differ at their ends.
function shortName(name: string): string {
  const id = lastSegment(name);
  return id.length <= 20 ? id : `…${id.slice(-19)}`;
}
