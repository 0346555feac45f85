import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../devserver/port.js';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { parseMetrics, sumOf } from '../../bench/support/prometheus.js';
import { run } from '../cli/support/command.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { untilFound } from '../support/until.js';
import { WorkerProcesses } from '../support/worker-process.js';
import { type OtlpSpan, startCollector } from './support/collector.js';

const FOLDER = 'projects/p/locations/us-central1/operations';

describe('a worker and a command with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  const taskQueue = `traces-${randomUUID()}`;
  let temporal: TestTemporal;
  let emulator: Emulator;
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let workers: WorkerProcesses;
  let metricsUrl: string;
  let env: Record<string, string>;
  before(async () => {
    [temporal, emulator, collector] = await Promise.all([testTemporal(), startEmulator(), startCollector()]);
    const metrics = `127.0.0.1:${await freePort('127.0.0.1')}`;
    metricsUrl = `http://${metrics}/metrics`;
    env = {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    workers = new WorkerProcesses({
      ...env,
      OPERATIONS_EMULATOR_HOST: emulator.host,
      METRICS_ADDRESS: metrics,
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
    await workers.start();
  });
  after(async () => {
    await workers.close();
    await Promise.all([temporal.stop(), emulator.close(), collector.close()]);
  });

  const spanOf = (name: RegExp, among: readonly OtlpSpan[] = collector.spans) =>
    among.find((span) => name.test(span.name)) ?? assert.fail(`no span ${String(name)}`);
  const holds = (isSo: () => boolean, what: string) =>
    untilFound(
      () => Promise.resolve(isSo() || undefined),
      () => what,
    );
  const has = (name: string) => collector.spans.some((span) => span.name === name);

  it('send one cancellation as one trace: command, workflow, activities, and each request at Google', async () => {
    const name = `${FOLDER}/${randomUUID()}`;
    emulator.add({ name, onCancel: { kind: 'wins', afterMs: 500 } });
    const { code, stderr } = await run(['cancel', name, '--reason', 'budget'], env);
    assert.equal(code, 0, stderr);
    await holds(() => has('RunWorkflow:cancelOperation'), 'the span of the workflow arrives');

    const traceId = spanOf(/^RunWorkflow:/).traceId;
    const trace = collector.spans.filter((span) => span.traceId === traceId);
    assert.deepEqual(new Set(trace.map(({ service }) => service)), new Set(['temporal-lro', 'temporal-lro-worker']));
    const parentOf = (span: OtlpSpan) => trace.find(({ spanId }) => spanId === span.parentSpanId);
    const chain = ['Google:cancel', 'RunActivity:cancelOperation', 'RunWorkflow:cancelOperation'];
    for (const [at, inner] of chain.slice(0, -1).entries())
      assert.equal(parentOf(spanOf(new RegExp(`^${inner}$`), trace))?.name, chain[at + 1]);
    const start = parentOf(spanOf(/^RunWorkflow:/, trace));
    assert.match(start?.name ?? '', /WithStart/);
    // The command's start is the root: every other span has its parent in the trace.
    assert.deepEqual(
      trace.filter((span) => parentOf(span) === undefined).map(({ spanId }) => spanId),
      [start?.spanId],
    );
    const requests = emulator.requests(name).length;
    assert.equal(trace.filter((span) => span.name.startsWith('Google:')).length, requests);
    const sent = spanOf(/^Google:cancel$/, trace).attributes;
    assert.ok(sent.some(({ key, value }) => key === 'url.full' && value.stringValue?.endsWith(`${name}:cancel`)));
    assert.deepEqual(
      trace.filter(({ status }) => status.code === 2).map((span) => span.name),
      [],
    );
  });

  it('put an abort of a watched operation, and what follows it, into the trace of whoever aborts', async () => {
    const name = `${FOLDER}/${randomUUID()}`;
    emulator.add({ name, onCancel: { kind: 'wins', afterMs: 100 } });
    assert.equal((await run(['watch', name, '--no-wait'], env)).code, 0);
    assert.equal((await run(['abort', name, '--reason', 'enough'], env)).code, 0);
    await holds(
      () => collector.spans.filter((span) => span.name === 'RunWorkflow:watchOperation').length === 2,
      'the workflow is in both traces',
    );
    const abort = collector.spans
      .filter((span) => /Update|Signal/.test(span.name) && span.name.endsWith(':abort'))
      .at(-1);
    const own = collector.spans.filter(({ traceId }) => traceId === abort?.traceId);
    assert.ok(own.some((span) => span.name === 'Google:cancel'));
  });

  it('give a workflow that was started without a trace one of its own, and mark a failure', async () => {
    const connection = await Connection.connect({ address: temporal.address });
    const name = 'projects/p/locations/us-central1/operations/never-there';
    const options = { workflowId: `traces-${randomUUID()}`, taskQueue, args: [{ name, notFoundGrace: '100ms' }] };
    const handle = await new Client({ connection }).workflow.start('cancelOperation', options);
    await assert.rejects(handle.result());
    const { events = [] } = await handle.fetchHistory();
    await connection.close();
    const isOurs = (span: OtlpSpan) => span.attributes.some(({ value }) => value.stringValue === options.workflowId);
    await holds(() => collector.spans.some((span) => isOurs(span) && span.name.startsWith('RunW')), 'the span arrives');
    const root = spanOf(/^RunWorkflow/, collector.spans.filter(isOurs));
    assert.equal(root.status.code, 2);
    assert.equal(root.parentSpanId ?? '', '');
    const poll = spanOf(/^RunActivity:/, collector.spans.filter(isOurs));
    assert.deepEqual([poll.traceId, poll.parentSpanId], [root.traceId, root.spanId]);
    // No header is written where nobody traces.
    const headers = events?.map((event) => event.activityTaskScheduledEventAttributes?.header?.fields ?? {});
    assert.ok(headers?.every((fields) => Object.keys(fields).length === 0));
    // The worker has a build id of its own.
    const task = events?.find(
      (event) => event.workflowTaskCompletedEventAttributes,
    )?.workflowTaskCompletedEventAttributes;
    const buildId = task?.deploymentVersion?.buildId ?? task?.workerVersion?.buildId ?? '';
    assert.match(buildId, /^\d+\.\d+\.\d+-[\da-f]{8}$/);
  });

  it('send the metrics that Prometheus reads, under the same names and with the same values', async () => {
    const outcomes = 'google_operation_outcomes_total';
    const scraped = parseMetrics(await (await fetch(metricsUrl)).text());
    const expected = sumOf(scraped, outcomes);
    assert.ok(expected >= 2);
    const sent = () =>
      collector.metrics.get(outcomes)?.sum?.dataPoints.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0);
    await holds(() => sent() === expected, 'the counter arrives');
    const { isMonotonic, aggregationTemporality } = collector.metrics.get(outcomes)?.sum ?? assert.fail();
    assert.deepEqual([isMonotonic, aggregationTemporality], [true, 2]);
    assert.ok(collector.metrics.get('google_operation_attempts_waiting')?.gauge);
    const seconds = 'google_operation_cancel_to_outcome_seconds';
    const [point] = collector.metrics.get(seconds)?.histogram?.dataPoints ?? [];
    assert.equal(point?.bucketCounts?.length, (point?.explicitBounds?.length ?? 0) + 1);
    assert.equal(
      point?.bucketCounts?.reduce((sum, count) => sum + count, 0),
      point?.count,
    );
  });
});
