import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it, type TestContext } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { type Emulator, type OperationScript, startEmulator } from '../../emulator/index.js';
import { freePort } from '../../devserver/port.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { parseScrape, type Sample, sumOf } from './support/prometheus.js';
import { untilFound } from '../support/until.js';
import { spawnWorker } from '../support/worker-process.js';

const SERVICE = 'aiplatform.googleapis.com';

/** A worker process between Temporal and an emulator of its own, on a task queue that nobody else uses. */
interface Stand {
  emulator: Emulator;
  /** Adds an operation, and starts `cancelOperation` for it: what comes of it, or the type it fails with. */
  cancel: (script?: Omit<OperationScript, 'name'>, input?: object, project?: string) => Promise<Cancelling>;
  startWorker: (env?: Record<string, string>) => Promise<void>;
  scrape: () => Promise<Sample[]>;
}

interface Cancelling {
  name: string;
  end: () => Promise<string>;
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

  async function stand(t: TestContext): Promise<Stand> {
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
        const end = () =>
          handle.result().then(
            ({ outcome }: { outcome: string }) => outcome,
            (error: Error & { cause?: { type?: string } }) => error.cause?.type ?? error.message,
          );
        return { name, end, query: () => handle.query('status') };
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
      scrape: async () => parseScrape(await (await fetch(`http://${metrics}/metrics`)).text()),
    };
  }

  it("count what the emulator's log shows, and what the workflows returned", async (t) => {
    const { emulator, cancel, startWorker, scrape } = await stand(t);
    const fails = (name: string, method: 'get' | 'cancel', fault: object) =>
      emulator.fail({ name, method, times: 1, ...fault } as Parameters<Emulator['fail']>[0]);

    // Before there is a worker, so that its first count of those that are followed has one.
    const runsOn = await cancel({ onCancel: { kind: 'ignored' } }, { reason: 'runs on' });
    await startWorker();

    const unanswered = await cancel({ onCancel: { kind: 'wins' }, visibleAfterMs: 300 });
    fails(unanswered.name, 'cancel', { kind: 'status', code: 'UNAVAILABLE' });
    const asked = await cancel({ onCancel: { kind: 'wins' }, visibleAfterMs: 300 }, {}, 'asks-for-a-pause');
    fails(asked.name, 'cancel', { kind: 'too-many-requests', retryAfter: 1 });
    const expiring = await cancel({ onCancel: { kind: 'ignored' } }, { notFoundGrace: '500ms' });
    const ends: [Cancelling, string][] = [
      [unanswered, 'CANCELLED'],
      [asked, 'CANCELLED'],
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
    for (const [{ end }, expected] of ends) assert.equal(await end(), expected);
    // Asked after its end, a workflow is replayed: that counts nothing.
    await ends[0]?.[0].query();

    const { samples, log } = await untilFound(
      async () => {
        const samples = await scrape();
        const log = emulator.log.filter(({ endedAt }) => endedAt !== undefined);
        const isUpToDate =
          sumOf(samples, 'google_operation_requests_total') === log.length &&
          sumOf(samples, 'google_operation_attempts_held') === 1 &&
          sumOf(samples, 'google_operation_outcomes_total') === 10 &&
          sumOf(samples, 'google_operation_failures_total') === 4;
        return isUpToDate ? { samples, log } : undefined;
      },
      () => 'figures of what has ended',
    );

    for (const method of ['get', 'wait', 'cancel'] as const) {
      const entries = log.filter((entry) => entry.method === method);
      assert.equal(sumOf(samples, 'google_operation_requests_total', { method }), entries.length, method);
      const labels = { method, code: 'OK', service: SERVICE };
      assert.equal(
        sumOf(samples, 'google_operation_requests_total', labels),
        entries.filter(({ status, abandoned }) => status === 200 && !abandoned).length,
        `${method} OK`,
      );
    }
    const statuses = { ACCEPTED: [200], REFUSED: [400], NOT_SUPPORTED: [501], UNANSWERED: [503, 429] };
    for (const [result, meant] of Object.entries(statuses)) {
      const answers = log.filter(({ method, status = 0 }) => method === 'cancel' && meant.includes(status));
      assert.ok(answers.length > 0, result);
      const counted = sumOf(samples, 'google_operation_cancels_total', { result, service: SERVICE });
      assert.equal(counted, answers.length, result);
    }
    assert.equal(sumOf(samples, 'google_operation_pauses_total', { service: SERVICE }), 1);
    assert.equal(sumOf(samples, 'google_operation_requests_unsent_total', { reason: 'FORBIDDEN' }), 2);

    const outcomes = ['CANCELLED', 'COMPLETED', 'FAILED', 'NOT_CANCELLABLE', 'STILL_RUNNING', 'LOST'];
    for (const outcome of outcomes) {
      const returned = ends.filter(([, end]) => end === outcome).length;
      const labels = { outcome, service: SERVICE, workflowType: 'cancelOperation' };
      assert.equal(sumOf(samples, 'google_operation_outcomes_total', labels), returned, outcome);
    }
    for (const type of ['NOT_FOUND', 'PERMISSION_DENIED', 'INVALID_ARGUMENT']) {
      const failed = ends.filter(([, end]) => end === type).length;
      assert.equal(sumOf(samples, 'google_operation_failures_total', { type }), failed, type);
    }

    // All outcomes but that of the operation that was done before.
    const seconds = 'google_operation_cancel_to_outcome_seconds';
    assert.equal(sumOf(samples, `${seconds}_count`), 9);
    assert.ok(sumOf(samples, `${seconds}_bucket`, { outcome: 'CANCELLED', le: '1' }) < 3);
    assert.equal(sumOf(samples, `${seconds}_bucket`, { outcome: 'CANCELLED', le: '604800' }), 3);
    assert.ok(sumOf(samples, `${seconds}_sum`, { outcome: 'CANCELLED' }) >= 1.2);

    assert.ok(sumOf(samples, 'google_operation_followed') >= 1);
    assert.ok(emulator.requests(runsOn.name).length > 0);
  });

  it('name only services that the worker may call, and end as Prometheus has it', async (t) => {
    const { cancel, startWorker, scrape } = await stand(t);
    await startWorker();
    const forbidden = await cancel({}, { service: 'evil.example.com' });
    assert.equal(await forbidden.end(), 'PERMISSION_DENIED');
    assert.equal(await (await cancel()).end(), 'CANCELLED');
    const own = await untilFound(
      async () => {
        const seen = (await scrape()).filter(({ name }) => name.startsWith('google_operation_'));
        return sumOf(seen, 'google_operation_outcomes_total') > 0 ? seen : undefined;
      },
      () => 'an outcome',
    );
    const services = own.map(({ labels }) => labels['service']).filter((service) => service !== undefined);
    assert.deepEqual([...new Set(services)].toSorted(), [SERVICE, 'unseen']);
    for (const { name } of own) assert.match(name, /^google_operation_[a-z_]+$/);
  });

  it('show the requests that wait for their turn under the ceiling', async (t) => {
    const { cancel, startWorker, scrape } = await stand(t);
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
