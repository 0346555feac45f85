import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MetricMeter, type MetricTags, noopMetricMeter } from '@temporalio/common';
import { ActivityMetrics } from '../../activities/metrics.js';

test('the hundred and first service and all after it share one label', () => {
  const labels: MetricTags[] = [];
  const meter: MetricMeter = Object.assign(Object.create(noopMetricMeter) as MetricMeter, {
    createCounter: (name: string) => ({
      ...noopMetricMeter.createCounter(name),
      add: (_: number, tags: MetricTags) => void labels.push(tags),
    }),
  });
  const metrics = new ActivityMetrics();
  const request = (service: string) =>
    metrics.count(meter, 'google_operation_requests', { method: 'get', service, kind: 'operation', code: 'OK' });
  for (let index = 0; index < 1_000; index++) request(`s${index}.googleapis.com`);
  request('s7.googleapis.com');
  metrics.count(meter, 'google_operation_cancels', {
    service: 's999.googleapis.com',
    kind: 'customJobs',
    result: 'ACCEPTED',
  });

  const services = labels.map((tags) => tags['service']);
  assert.equal(new Set(services).size, 101);
  assert.equal(services.at(-2), 's7.googleapis.com');
  assert.equal(services.at(-1), 'other');
});
