/** What some measured values come to. */
export interface Summary {
  count: number;
  mean: number;
  median: number;
  /** The quarter of the values below, and above. */
  lower: number;
  upper: number;
  most: number;
}

/** Sums up values. All fields are NaN where there is none. */
export function summarize(values: readonly number[]): Summary {
  return {
    count: values.length,
    mean: mean(values),
    median: quantile(values, 0.5),
    lower: quantile(values, 0.25),
    upper: quantile(values, 0.75),
    most: quantile(values, 1),
  };
}

/** The value that a share of all values does not exceed, between two of them by a straight line. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
