import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { type Emulator, type OperationScript, startEmulator } from '../../emulator/index.js';
import { freePort } from '../../devserver/port.js';
import { ROOT } from '../examples/support/process.js';
import { serve } from '../google/support/server.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { parseMetrics, type Sample, sumOf } from '../../bench/support/prometheus.js';
import { untilFound } from '../support/until.js';
import { spawnWorker } from '../support/worker-process.js';

const SERVICE = 'aiplatform.googleapis.com';
const JOB = 'projects/p/locations/us-central1/customJobs/1';
const JSON_BODY = { 'content-type': 'application/json' };
const NOT_FOUND = JSON.stringify({ error: { code: 404, status: 'NOT_FOUND', message: 'not found' } });

/** The metrics that dashboard and alerts name, with the label of their task queue. */
async function monitored() {
  const folder = join(ROOT, 'deploy', 'chart', 'files');
  const files = ['alerts.yaml', 'dashboard.json'].map((file) => readFile(join(folder, file), 'utf8'));
  const texts = (await Promise.all(files)).join();
  const names = new Set([...texts.matchAll(/\b(?:google_operation|temporal)_\w+/g)].map(([name]) => name));
  assert.ok(names.size > 10);
  return [...names].map((name) => ({ name, label: name.startsWith('google') ? 'taskQueue' : 'task_queue' }));
}

/** A worker process with its own task queue and emulator. */
interface Fixture {
  emulator: Emulator;
  /** Adds an operation and starts `cancelOperation` for it. */
  cancel: (script?: Omit<OperationScript, 'name'>, input?: object, project?: string) => Promise<Cancellation>;
  startWorker: (env?: Record<string, string>) => Promise<void>;
  scrape: () => Promise<Sample[]>;
}

interface Cancellation {
  name: string;
  /** Waits for the end. @returns the outcome, or the type of the failure */
  outcome: () => Promise<string>;
  query: () => Promise<unknown>;
}

describe('the metrics of a worker process', { concurrency: true }, () => {
  let temporal: TestTemporal;
  let connection: Connection;
  before(async () => {
    temporal = await testTemporal();
    connection = await Connection.connect({ address: temporal.address });
  });
  after(async () => {
    await connection.close();
    await temporal.stop();
  });

  async function setUp(t: TestContext): Promise<Fixture> {
    const emulator = await startEmulator();
    t.after(() => emulator.close());
    const taskQueue = `metrics-${randomUUID()}`;
    const metrics = `127.0.0.1:${await freePort('127.0.0.1')}`;
    const client = new Client({ connection });
    return {
      emulator,
      async cancel(script = {}, input = {}, project = 'p') {
        const name = `projects/${project}/locations/us-central1/operations/${randomUUID()}`;
        emulator.add({ name, ...script });
        const handle = await client.workflow.start('cancelOperation', {
          workflowId: `metrics-${randomUUID()}`,
          taskQueue,
          args: [{ name, ...input }],
        });
        t.after(() => handle.terminate().catch(() => undefined));
        const outcome = () =>
          handle.result().then(
            (result: { outcome: string }) => result.outcome,
            (error: Error & { cause?: { type?: string } }) => error.cause?.type ?? error.message,
          );
        return { name, outcome, query: () => handle.query('status') };
      },
      async startWorker(env = {}) {
        const worker = spawnWorker(t, {
          TEMPORAL_ADDRESS: temporal.address,
          TEMPORAL_TASK_QUEUE: taskQueue,
          OPERATIONS_EMULATOR_HOST: emulator.host,
          METRICS_ADDRESS: metrics,
          ...env,
        });
        await worker.ready();
      },
      scrape: async () => parseMetrics(await (await fetch(`http://${metrics}/metrics`)).text()),
    };
  }

  it("agree with the emulator's log and with the results of the workflows", async (t) => {
    const { emulator, cancel, startWorker, scrape } = await setUp(t);
    const fails = (name: string, method: 'get' | 'cancel', fault: object) =>
      emulator.fail({ name, method, times: 1, ...fault } as Parameters<Emulator['fail']>[0]);

    // Started before the worker, so that the worker's first count includes it.
    const endless = await cancel({ onCancel: { kind: 'ignored' } }, { reason: 'runs on' });
    await startWorker();

    const unanswered = await cancel({ onCancel: { kind: 'wins' }, visibleAfterMs: 300 });
    fails(unanswered.name, 'cancel', { kind: 'status', code: 'UNAVAILABLE' });
    const throttled = await cancel({ onCancel: { kind: 'wins' }, visibleAfterMs: 300 }, {}, 'throttled');
    fails(throttled.name, 'cancel', { kind: 'too-many-requests', retryAfter: 1 });
    const expiring = await cancel({ onCancel: { kind: 'ignored' } }, { notFoundGrace: '500ms' });
    const expectations: [Cancellation, string][] = [
      [unanswered, 'CANCELLED'],
      [throttled, 'CANCELLED'],
      [expiring, 'LOST'],
      [await cancel({ onCancel: { kind: 'wins', afterMs: 1_200 } }), 'CANCELLED'],
      [await cancel({ onCancel: { kind: 'loses', afterMs: 300 } }), 'COMPLETED'],
      [await cancel({ onCancel: { kind: 'fails', code: 10, afterMs: 300 } }), 'FAILED'],
      [await cancel({ onCancel: { kind: 'refused' } }), 'NOT_CANCELLABLE'],
      [await cancel({ onCancel: { kind: 'unimplemented' } }), 'NOT_CANCELLABLE'],
      [await cancel({ onCancel: { kind: 'ignored' } }, { timeout: '1500ms' }), 'STILL_RUNNING'],
      [await cancel({ completesAfterMs: 0 }), 'COMPLETED'],
      [await cancel({ visibleAfterMs: 3_600_000 }, { notFoundGrace: '500ms' }), 'NOT_FOUND'],
      [await cancel({}, { service: 'evil.example.com' }), 'PERMISSION_DENIED'],
      [await cancel({}, { service: 'worse.example.com' }), 'PERMISSION_DENIED'],
      [await cancel({}, { timeout: 'soon' }), 'INVALID_ARGUMENT'],
    ];
    await emulator.waitFor(() => emulator.requests(expiring.name, 'cancel').some(({ endedAt }) => endedAt));
    emulator.expire(expiring.name);
    for (const [{ outcome }, expected] of expectations) assert.equal(await outcome(), expected);
    // A query after the end replays the workflow, which must not count again.
    await expectations[0]?.[0].query();

    const { samples, log } = await untilFound(
      async () => {
        const samples = await scrape();
        const log = emulator.log.filter(({ endedAt }) => endedAt !== undefined);
        const upToDate =
          sumOf(samples, 'google_operation_requests_total') >= log.length &&
          sumOf(samples, 'google_operation_attempts_waiting') === 1 &&
          sumOf(samples, 'google_operation_outcomes_total') === 10 &&
          sumOf(samples, 'google_operation_failures_total') === 4;
        return upToDate ? { samples, log } : undefined;
      },
      () => 'the metrics include every operation that has ended',
    );

    for (const method of ['get', 'wait', 'cancel'] as const) {
      const entries = log.filter((entry) => entry.method === method);
      // On a busy machine the time limit of a request may pass before its connection is made: it is counted, not logged.
      const unlogged = sumOf(samples, 'google_operation_requests_total', { method }) - entries.length;
      assert.ok(unlogged >= 0 && unlogged <= 2, `${method}: ${unlogged} requests counted and not logged`);
      const counted = sumOf(samples, 'google_operation_requests_total', { method, code: 'OK', service: SERVICE });
      const answered = entries.filter(({ status, abandoned }) => status === 200 && !abandoned).length;
      // On a busy machine answers may arrive after the time limit of their requests.
      const late = sumOf(samples, 'google_operation_requests_total', { method, code: 'DEADLINE_EXCEEDED' });
      const fewest = method === 'wait' ? 1 : answered - late;
      assert.ok(counted <= answered && counted >= fewest, `${method} OK: ${counted} of ${answered}`);
    }
    const statuses = { ACCEPTED: [200], REFUSED: [400], NOT_SUPPORTED: [501], UNANSWERED: [503, 429] };
    for (const [result, codes] of Object.entries(statuses)) {
      const answers = log.filter(({ method, status = 0 }) => method === 'cancel' && codes.includes(status));
      assert.ok(answers.length > 0, result);
      const counted = sumOf(samples, 'google_operation_cancels_total', { result, service: SERVICE });
      assert.equal(counted, answers.length, result);
    }
    assert.equal(sumOf(samples, 'google_operation_pauses_total', { service: SERVICE }), 1);
    assert.equal(sumOf(samples, 'google_operation_requests_unsent_total', { reason: 'FORBIDDEN' }), 2);

    const outcomes = ['CANCELLED', 'COMPLETED', 'FAILED', 'NOT_CANCELLABLE', 'STILL_RUNNING', 'LOST'];
    for (const outcome of outcomes) {
      const returned = expectations.filter(([, expected]) => expected === outcome).length;
      const labels = { outcome, service: SERVICE, kind: 'operation', workflowType: 'cancelOperation' };
      assert.equal(sumOf(samples, 'google_operation_outcomes_total', labels), returned, outcome);
    }
    for (const type of ['NOT_FOUND', 'PERMISSION_DENIED', 'INVALID_ARGUMENT']) {
      const failed = expectations.filter(([, expected]) => expected === type).length;
      assert.equal(sumOf(samples, 'google_operation_failures_total', { type }), failed, type);
    }

    // Every outcome except that of the operation that was already done.
    const seconds = 'google_operation_cancel_to_outcome_seconds';
    assert.equal(sumOf(samples, `${seconds}_count`), 9);
    assert.ok(sumOf(samples, `${seconds}_bucket`, { outcome: 'CANCELLED', le: '1' }) < 3);
    assert.equal(sumOf(samples, `${seconds}_bucket`, { outcome: 'CANCELLED', le: '604800' }), 3);
    assert.ok(sumOf(samples, `${seconds}_sum`, { outcome: 'CANCELLED' }) >= 1.2);

    assert.ok(sumOf(samples, 'google_operation_followed') >= 1);
    assert.ok(emulator.requests(endless.name).length > 0);

    // Nothing here failed three times in a row.
    const unseen = new Set(['google_operation_failing_total']);
    for (const { name, label } of await monitored())
      if (!unseen.has(name)) {
        const found = samples.filter((sample) => sample.name === name);
        assert.ok(
          found.some(({ labels }) => labels[label] !== undefined),
          `${name} has ${label}`,
        );
      }
  });

  it('name only services that the worker may call, in names that Prometheus accepts', async (t) => {
    const { cancel, startWorker, scrape } = await setUp(t);
    await startWorker();
    const forbidden = await cancel({}, { service: 'evil.example.com' });
    assert.equal(await forbidden.outcome(), 'PERMISSION_DENIED');
    assert.equal(await (await cancel()).outcome(), 'CANCELLED');
    const metrics = await untilFound(
      async () => {
        const samples = (await scrape()).filter(({ name }) => name.startsWith('google_operation_'));
        return sumOf(samples, 'google_operation_outcomes_total') > 0 ? samples : undefined;
      },
      () => 'an outcome is counted',
    );
    const services = metrics.map(({ labels }) => labels['service']).filter((service) => service !== undefined);
    assert.deepEqual([...new Set(services)].toSorted(), [SERVICE, 'unseen']);
    for (const { name } of metrics) assert.match(name, /^google_operation_[a-z_]+$/);
  });

  it('tell the kinds of jobs apart, and a name that was never seen has none', async (t) => {
    const { cancel, startWorker, scrape } = await setUp(t);
    let state = 'JOB_STATE_RUNNING';
    const google = await serve(t, ({ method, url = '' }, response) => {
      if (url.includes('unseen')) return response.writeHead(404, JSON_BODY).end(NOT_FOUND);
      if (method === 'POST') state = 'JOB_STATE_CANCELLED';
      return response.writeHead(200, JSON_BODY).end(method === 'POST' ? '{}' : JSON.stringify({ name: JOB, state }));
    });
    await startWorker({ OPERATIONS_EMULATOR_HOST: google.host });
    assert.equal(await (await cancel({}, { name: JOB })).outcome(), 'CANCELLED');
    const unseen = await cancel({}, { name: `${JOB}-unseen`, notFoundGrace: '100ms' });
    assert.equal(await unseen.outcome(), 'NOT_FOUND');
    const samples = await untilFound(
      async () => {
        const samples = await scrape();
        const ended =
          sumOf(samples, 'google_operation_outcomes_total') + sumOf(samples, 'google_operation_failures_total');
        return ended === 2 ? samples : undefined;
      },
      () => 'the outcome and the failure are counted',
    );
    const kind = 'customJobs';
    for (const metric of ['outcomes_total', 'cancel_to_outcome_seconds_count', 'cancels_total'])
      assert.equal(sumOf(samples, `google_operation_${metric}`, { service: SERVICE, kind }), 1, metric);
    const requests = 'google_operation_requests_total';
    assert.ok(sumOf(samples, requests, { kind, code: 'OK' }) >= 3);
    assert.equal(sumOf(samples, requests, { kind }), sumOf(samples, requests));
    assert.equal(sumOf(samples, 'google_operation_failures_total', { service: 'unseen', kind: 'operation' }), 1);
  });

  it('show the requests that GOOGLE_REQUESTS_PER_MINUTE delays', async (t) => {
    const { cancel, startWorker, scrape } = await setUp(t);
    await startWorker({ GOOGLE_REQUESTS_PER_MINUTE: '3' });
    for (let index = 0; index < 6; index++) await cancel({ onCancel: { kind: 'ignored' } });
    await untilFound(
      async () => {
        const waiting = sumOf(await scrape(), 'google_operation_requests_waiting');
        return waiting >= 3 && waiting <= 6 ? waiting : undefined;
      },
      () => 'waiting requests',
    );
  });
});
