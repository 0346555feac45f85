import type { Outcome } from '../../contract/outcome.js';
import type { Style } from '../output/style.js';
import { coloured } from './log.js';

/** What the table says of one operation. */
export interface Row {
  label: string;
  outcome: Outcome;
  won: boolean;
  cancels: number;
  looks: number;
  /** There may have been more looks. */
  looksAtLeast: boolean;
  /** From the workflow's start to the moment the end was seen. */
  ms: number;
}

const COLUMNS = [
  { title: 'operation', width: 18 },
  { title: 'outcome', width: 15 },
  { title: 'cancel won', width: 10 },
  { title: 'cancels', width: -7 },
  { title: 'looks', width: -5 },
  { title: 'time', width: -7 },
] as const;

/** The table of what came of each operation, 72 columns wide. */
export function table(rows: readonly Row[], style: Style): string {
  const title = line(COLUMNS.map((column) => column.title));
  const lines = rows.map((row) => {
    const cells = [
      row.label,
      row.outcome,
      row.won ? 'yes' : 'no',
      String(row.cancels),
      `${row.looks}${row.looksAtLeast ? '+' : ''}`,
      `${(row.ms / 1_000).toFixed(1)} s`,
    ];
    return coloured(style, row.outcome, line(cells));
  });
  return [style('bold', title), ...lines].map((text) => `${text}\n`).join('');
}

function line(cells: readonly string[]): string {
  return COLUMNS.map(({ width }, at) => {
    const cell = cells[at] ?? '';
    return width < 0 ? cell.padStart(-width) : cell.padEnd(width);
  }).join('  ');
}
