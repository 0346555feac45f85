export type Row = readonly string[];

/** A text table: the first `wordColumns` columns are aligned to the left, the others, of numbers, to the right. */
export function table(head: Row, rows: readonly Row[], wordColumns = 1): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < wordColumns ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** A Markdown table, aligned likewise. */
export function markdownTable(head: Row, rows: readonly Row[], wordColumns = 1): string {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column < wordColumns ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
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
