import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseTraceHeader, spanOfRun, traceHeader } from '../../contract/trace.js';
import { metricsFromText } from '../../telemetry/metrics-from-text.js';

const TEXT = `# HELP requests_total Requests
# TYPE requests_total counter
requests_total{code="OK",text="a \\"b\\""} 3
# TYPE followed gauge
followed NaN
followed{taskQueue="q"} 2
# TYPE seconds histogram
seconds_bucket{outcome="LOST",le="1"} 1
seconds_bucket{outcome="LOST",le="5"} 4
seconds_bucket{outcome="LOST",le="+Inf"} 6
seconds_sum{outcome="LOST"} 30.5
seconds_count{outcome="LOST"} 6
`;

it("Prometheus' text becomes cumulative sums, gauges and histograms with the same names and values", () => {
  const metrics = metricsFromText(TEXT, { startTimeMs: 1_500, timeMs: 61_250 });
  const points = Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      dataPoints.map(({ attributes, value }) => ({ ...attributes, value })),
    ]),
  );
  assert.deepEqual(points, {
    requests_total: [{ code: 'OK', text: 'a \\"b\\"', value: 3 }],
    followed: [{ taskQueue: 'q', value: 2 }],
    seconds: [{ outcome: 'LOST', value: { buckets: { boundaries: [1, 5], counts: [1, 3, 2] }, sum: 30.5, count: 6 } }],
  });
  assert.equal(metrics[0]?.descriptor.description, 'Requests');
  assert.deepEqual(metrics[0]?.dataPoints[0]?.startTime, [1, 500_000_000]);
  assert.deepEqual(metrics[0]?.dataPoints[0]?.endTime, [61, 250_000_000]);
});

it('a trace header survives a round trip, and a bad or a long one counts as none', () => {
  const parent = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 };
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  assert.deepEqual(parseTraceHeader(bytes(traceHeader(parent))), parent);
  const zeros = traceHeader({ ...parent, traceId: '0'.repeat(32) });
  for (const bad of [zeros, {}, 'x', { ...traceHeader(parent), tracestate: 'x'.repeat(3_000) }])
    assert.equal(parseTraceHeader(bytes(bad)), undefined);
  assert.equal(parseTraceHeader(undefined), undefined);
});

it("the span of a run is the same wherever it is asked for, in the caller's trace if there is one", () => {
  const parent = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 0 };
  const own = spanOfRun('run-1');
  assert.match(own.traceId, /^[\da-f]{32}$/);
  assert.deepEqual(spanOfRun('run-1', parent), { traceId: parent.traceId, spanId: own.spanId, traceFlags: 0 });
  assert.notEqual(spanOfRun('run-2').spanId, own.spanId);
});
