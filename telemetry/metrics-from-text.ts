import type { Attributes, HrTime } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { parseMetrics, type Sample } from './prometheus-text.js';

/** The time since which counters count, and that of the scrape, in ms since 1970. */
export interface Times {
  startTimeMs: number;
  timeMs: number;
}

const KIND = /^# TYPE (\S+) (counter|gauge|histogram)$/gm;
const HELP = /^# HELP (\S+) (.*)$/gm;
const PART = /_(?:bucket|sum|count)$/;

/** The metrics of Prometheus' text format as OpenTelemetry has them: cumulative, under the same names. NaN is left out. */
export function metricsFromText(text: string, { startTimeMs, timeMs }: Times): MetricData[] {
  const kinds = new Map([...text.matchAll(KIND)].map(([, name = '', kind = '']) => [name, kind]));
  const helps = new Map([...text.matchAll(HELP)].map(([, name = '', help = '']) => [name, help]));
  const times = { startTime: hrTime(startTimeMs), endTime: hrTime(timeMs) };
  const samples = new Map<string, Sample[]>();
  for (const sample of parseMetrics(text)) {
    if (Number.isNaN(sample.value)) continue;
    const base = sample.name.replace(PART, '');
    const name = kinds.get(base) === 'histogram' ? base : sample.name;
    samples.set(name, [...(samples.get(name) ?? []), sample]);
  }
  return [...samples].map(([name, own]): MetricData => {
    const kind = kinds.get(name);
    const common = {
      descriptor: { name, description: helps.get(name) ?? '', unit: '', valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    if (kind === 'histogram')
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(own, times) };
    const dataPoints = own.map(({ labels, value }) => ({ ...times, attributes: labels, value }));
    return kind === 'counter'
      ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
      : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
  });
}

function histograms(samples: readonly Sample[], times: { startTime: HrTime; endTime: HrTime }) {
  const series = new Map<string, { attributes: Attributes; bounds: [number, number][]; sum: number; count: number }>();
  for (const { name, labels, value } of samples) {
    const { le, ...attributes } = labels;
    const key = JSON.stringify(attributes);
    const one = series.get(key) ?? { attributes, bounds: [], sum: 0, count: 0 };
    series.set(key, one);
    if (name.endsWith('_sum')) one.sum = value;
    else if (name.endsWith('_count')) one.count = value;
    else if (le !== undefined) one.bounds.push([le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value]);
  }
  return [...series.values()].map(({ attributes, bounds, sum, count }) => {
    const sorted = bounds.toSorted(([one], [other]) => one - other);
    // Prometheus counts up to each bound, OpenTelemetry between two.
    const counts = sorted.map(([, upTo], at) => upTo - (sorted[at - 1]?.[1] ?? 0));
    const boundaries = sorted.map(([bound]) => bound).filter(Number.isFinite);
    return { ...times, attributes, value: { buckets: { boundaries, counts }, sum, count } };
  });
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
}
