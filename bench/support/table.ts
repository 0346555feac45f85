export type Row = readonly string[];

/** A Markdown table: the first `wordColumns` columns are aligned to the left, the others, of numbers, to the right. */
export function table(head: Row, rows: readonly Row[], wordColumns = 1): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (pad: (width: number, column: number) => string): string => `| ${widths.map(pad).join(' | ')} |`;
  const lineOf = (row: Row): string =>
    line((width, column) => row[column]?.[column < wordColumns ? 'padEnd' : 'padStart'](width) ?? '');
  const rule = line((width, column) => (column < wordColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [lineOf(head), rule, ...rows.map(lineOf)].join('\n');
}

/** A number with about three significant digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** A duration in ms as text, in ms or s. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '-';
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${short(ms / 1_000)} s`;
}

/** A number with commas between thousands. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
