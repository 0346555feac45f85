import type { Outcome } from '../../contract/outcome.js';
import type { Style } from '../output/style.js';
import { colourOutcome } from './log.js';

/** The table's row for one operation. */
export interface Row {
  label: string;
  outcome: Outcome;
  won: boolean;
  cancels: number;
  polls: number;
  /** `polls` is a lower bound. */
  maybeMorePolls: boolean;
  /** From the workflow's start until the final state was seen. */
  durationMs: number;
}

/** A negative width aligns to the right. */
const COLUMNS = [
  { title: 'operation', width: 18 },
  { title: 'outcome', width: 15 },
  { title: 'cancel won', width: 10 },
  { title: 'cancels', width: -7 },
  { title: 'polls', width: -5 },
  { title: 'time', width: -7 },
] as const;

/** The table of the outcomes, 72 columns wide. */
export function outcomeTable(rows: readonly Row[], style: Style): string {
  const header = tableLine(COLUMNS.map((column) => column.title));
  const lines = rows.map((row) => {
    const cells = [
      row.label,
      row.outcome,
      row.won ? 'yes' : 'no',
      String(row.cancels),
      `${row.polls}${row.maybeMorePolls ? '+' : ''}`,
      `${(row.durationMs / 1_000).toFixed(1)} s`,
    ];
    return colourOutcome(style, row.outcome, tableLine(cells));
  });
  return [style('bold', header), ...lines].map((line) => `${line}\n`).join('');
}

function tableLine(cells: readonly string[]): string {
  return COLUMNS.map(({ width }, index) => {
    const cell = cells[index] ?? '';
    return width < 0 ? cell.padStart(-width) : cell.padEnd(width);
  }).join('  ');
}
