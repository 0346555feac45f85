/** One sample of Prometheus's text format. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Which samples: of this name, with these labels among theirs. */
export interface Selection {
  name: string;
  labels?: Readonly<Record<string, string>>;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus's text format. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(LABEL)].map(([, key = '', label = '']) => [key, label] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** The sum of the selected samples. */
export function sumOf(samples: readonly Sample[], selection: Selection): number {
  return select(samples, selection).reduce((sum, { value }) => sum + value, 0);
}

/** What a histogram counted between two scrapes: how many values were at most each bound. */
export function bucketsBetween(
  before: readonly Sample[],
  after: readonly Sample[],
  { name, labels }: Selection,
): { atMost: number; count: number }[] {
  const read = (samples: readonly Sample[]): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const { labels: own, value } of select(samples, {
      name: `${name}_bucket`,
      ...(labels && { labels }),
    })) {
      const bound = own['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(own['le']);
      counts.set(bound, (counts.get(bound) ?? 0) + value);
    }
    return counts;
  };
  const earlier = read(before);
  return [...read(after)]
    .map(([atMost, count]) => ({ atMost, count: count - (earlier.get(atMost) ?? 0) }))
    .toSorted((a, b) => a.atMost - b.atMost);
}

/** The least bound of a histogram that a share of its values does not exceed; NaN where it counted nothing. */
export function boundOf(buckets: readonly { atMost: number; count: number }[], share: number): number {
  const all = buckets.at(-1)?.count ?? 0;
  if (all === 0) return Number.NaN;
  return buckets.find(({ count }) => count >= share * all)?.atMost ?? Number.POSITIVE_INFINITY;
}

function select(samples: readonly Sample[], { name, labels = {} }: Selection): Sample[] {
  return samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
}
