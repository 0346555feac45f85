export type Summary = ReturnType<typeof summarize>;

/** Summarizes values, with the lower and the upper quartile. Without values every field but `count` is NaN. */
export function summarize(values: readonly number[]) {
  return {
    count: values.length,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    median: quantile(values, 0.5),
    lower: quantile(values, 0.25),
    upper: quantile(values, 0.75),
    p99: quantile(values, 0.99),
    max: quantile(values, 1),
  };
}

/** Summarizes each field of records that have the same fields. */
export function summarizeEach<T extends Record<string, number>>(records: readonly T[]) {
  const fields = Object.keys(records[0] ?? {});
  const summaries = fields.map((field) => [field, summarize(records.map((record) => record[field] ?? Number.NaN))]);
  return Object.fromEntries(summaries) as Record<keyof T, Summary>;
}

/** The value that a share of all values does not exceed, by linear interpolation. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(index)], sorted[Math.ceil(index)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (index - Math.floor(index));
}
