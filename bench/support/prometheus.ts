import type { Sample } from '../../telemetry/prometheus-text.js';

export { parseMetrics, type Sample } from '../../telemetry/prometheus-text.js';

/** The sum of the samples with this name and these labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The values that a histogram counted between two scrapes, cumulative by bound. */
export function bucketsBetween(
  before: readonly Sample[],
  after: readonly Sample[],
  name: string,
): { atMost: number; count: number }[] {
  const read = (samples: readonly Sample[]): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const { labels, value } of samples.filter((sample) => sample.name === `${name}_bucket`)) {
      const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
      counts.set(bound, (counts.get(bound) ?? 0) + value);
    }
    return counts;
  };
  const earlier = read(before);
  return [...read(after)]
    .map(([atMost, count]) => ({ atMost, count: count - (earlier.get(atMost) ?? 0) }))
    .toSorted((a, b) => a.atMost - b.atMost);
}

/** The lowest bound of a histogram that a share of its values does not exceed; NaN if it is empty. */
export function boundOf(buckets: readonly { atMost: number; count: number }[], share: number): number {
  const all = buckets.at(-1)?.count ?? 0;
  if (all === 0) return Number.NaN;
  return buckets.find(({ count }) => count >= share * all)?.atMost ?? Number.POSITIVE_INFINITY;
}
