import { formatDuration } from '../../contract/duration.js';
import { lastSegment } from '../../contract/names.js';
import { printable } from './printable.js';
import type { Style } from './style.js';
import type { Tracked } from '../cancel/tracked.js';
import { fingerprint, wordsForStatus } from './words.js';

/** Shows what happens while it happens. */
export interface View {
  /** Shows how things stand. */
  update(all: readonly Tracked[]): void;
  /** Runs something that writes to the terminal. */
  aside(write: () => void): void;
  /** Shows nothing more. */
  end(): void;
}

/** What a view writes to. */
export interface ViewScreen {
  write: (text: string) => unknown;
  columns: number;
  rows: number;
  style: Style;
}

/** After so long without a change a line says that it goes on. */
const SIGN_OF_LIFE_MS = 60_000;

/** For files and pipes: a line for each change, and one a minute where there is none. */
export class LineView implements View {
  readonly #told = new Map<string, { gist: string; at: number }>();

  constructor(private readonly write: (text: string) => unknown) {}

  update(all: readonly Tracked[]): void {
    for (const tracked of all) {
      if (tracked.status === undefined || tracked.over) continue;
      const gist = fingerprint(tracked.status);
      const told = this.#told.get(tracked.target.workflowId);
      if (told?.gist === gist && Date.now() - told.at < SIGN_OF_LIFE_MS) continue;
      this.#told.set(tracked.target.workflowId, { gist, at: Date.now() });
      this.write(`${lineOf(tracked)}\n`);
    }
  }

  aside(write: () => void): void {
    write();
  }

  end(): void {
    this.#told.clear();
  }
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** For terminals: one line for each operation that goes on, written over again and again. */
export class LiveView implements View {
  #lines = 0;
  #turn = 0;
  #last: readonly Tracked[] = [];

  constructor(private readonly screen: ViewScreen) {}

  update(all: readonly Tracked[]): void {
    this.#last = all;
    this.#clear();
    const going = all.filter(({ over }) => !over);
    const room = Math.max(1, Math.min(this.screen.rows - 3, 20));
    const shown = going.slice(0, room);
    this.#turn = (this.#turn + 1) % SPINNER.length;
    const lines = shown.map((tracked) => this.#cut(`${SPINNER[this.#turn] ?? ''} ${lineOf(tracked)}`));
    if (all.length > 1) lines.push(this.#cut(`  ${going.length} of ${all.length} go on`));
    if (going.length > 0) this.#draw(lines);
  }

  aside(write: () => void): void {
    this.#clear();
    write();
    if (this.#last.length > 0) this.update(this.#last);
  }

  end(): void {
    this.#clear();
    this.#last = [];
  }

  #draw(lines: readonly string[]): void {
    const { write, style } = this.screen;
    write(lines.map((line) => `${style('dim', line)}\n`).join(''));
    this.#lines = lines.length;
  }

  #clear(): void {
    if (this.#lines > 0) this.screen.write(`\r\u001B[${this.#lines}A\u001B[J`);
    this.#lines = 0;
  }

  #cut(line: string): string {
    const width = this.screen.columns - 1;
    return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
  }
}

function lineOf({ target, since, status }: Tracked): string {
  const elapsed = formatDuration(Math.floor((Date.now() - since) / 1_000) * 1_000).replace('0ms', '0s');
  const what = status === undefined ? 'STARTING' : `${status.state}: ${wordsForStatus(status)}`;
  return printable(`${elapsed.padStart(4)}  ${shortName(target.name)}  ${what}`);
}

// Ids are long; their ends tell them apart.
function shortName(name: string): string {
  const id = lastSegment(name);
  return id.length <= 20 ? id : `…${id.slice(-19)}`;
}
