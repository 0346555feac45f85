import { isForeground } from './foreground.js';
import type { Style } from './style.js';
import { columnsOf, wrap } from './text.js';

/** A terminal; its size may change. */
export interface Screen {
  write(text: string): unknown;
  columns: number;
  rows: number;
}

/** The rows of the terminal that are left for what was there before. */
const SPARE_ROWS = 3;
/** The blanks before the rows of a line but its first. */
const INDENT = '      ';
/** In columns. On a terminal that is narrower nothing is indented. */
const NARROW = 40;

/** Lines at the end of a terminal that are written over again and again, while the process is in the foreground. */
export class LiveLines {
  #drawnRows = 0;

  constructor(
    private readonly screen: Screen,
    private readonly style: Style,
    private readonly mayDraw: () => boolean = isForeground,
  ) {
    // After Ctrl-Z and fg the shell has written below the lines.
    process.on('SIGCONT', this.#forget);
  }

  /**
   * Draws lines in place of those before, wrapped at blanks to the width of the terminal.
   *
   * @param last the line that stays where there is no room for all
   */
  draw(lines: readonly string[], last?: string): void {
    if (!this.mayDraw()) return this.#forget();
    this.clear();
    const width = columnsOf(this.screen) - 1;
    const indent = width < NARROW ? '' : INDENT;
    const rowsOf = (line: string): string[] =>
      wrap(line, width - indent.length, { hard: true }).map((row, index) => (index === 0 ? row : indent + row));
    const end = last === undefined ? [] : rowsOf(last);
    const room = Math.max(1, (this.screen.rows || 24) - SPARE_ROWS - end.length);
    const rows = [...lines.flatMap(rowsOf).slice(0, room), ...end];
    this.screen.write(rows.map((row) => `${this.style('dim', row)}\n`).join(''));
    this.#drawnRows = rows.length;
  }

  /** Removes the lines. */
  clear(): void {
    if (this.#drawnRows > 0 && this.mayDraw()) this.screen.write(`\r\u001B[${this.#drawnRows}A\u001B[J`);
    this.#drawnRows = 0;
  }

  /** Removes the lines, and draws no more. */
  end(): void {
    this.clear();
    process.off('SIGCONT', this.#forget);
  }

  readonly #forget = (): void => {
    this.#drawnRows = 0;
  };
}
