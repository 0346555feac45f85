export type Row = readonly string[];

/** Sets a table in columns: so many of words, set to the left, and then those of numbers, set to the right. */
export function table(head: Row, rows: readonly Row[], wordColumns = 1): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
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

/** A number with about three digits that count. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** A duration in ms as people say it. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '-';
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${short(ms / 1_000)} s`;
}

/** A number with commas between thousands. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
