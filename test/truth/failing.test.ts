import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { OperationStatus } from '../../contract/result.js';
import { freePort } from '../../devserver/port.js';
import { parseMetrics, sumOf } from '../../bench/support/prometheus.js';
import { closeChecked, until } from '../support/history.js';
import { answered } from '../support/moments.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { until as untilTrue } from '../support/until.js';
import { WorkerHarness } from '../support/worker-harness.js';
import { logOf } from '../support/worker-process.js';
import { type Handle, startWorld, TOGETHER, type World } from '../support/world.js';

interface Metadata {
  currentDetails?: string;
}

describe('where nothing but errors comes', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const detailsOf = async (handle: Handle) =>
    (await handle.query<Metadata>('__temporal_workflow_metadata')).currentDetails ?? '';
  const untilFailing = (handle: Handle, isFailing: boolean) =>
    until(
      () => world.status(handle),
      ({ failing }) => (failing !== undefined) === isFailing,
    );

  test('to the first poll, status and details say so with the last answer, until one comes', async () => {
    const name = world.operation({ completesAfterMs: 0 });
    world.emulator.fail({ kind: 'html', status: 502, name, times: 8 });
    const handle = await world.start('watchOperation', { name });
    const { state, failing } = await untilFailing(handle, true);
    assert.equal(state, 'PENDING');
    assert.equal(failing?.status, 'UNAVAILABLE');
    assert.match(failing?.message ?? '', /HTTP 502/);
    assert.match(await detailsOf(handle), /\| Failing \| since .*UNAVAILABLE: .*502/);
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    const final = await handle.query<OperationStatus>('status');
    assert.equal(final.failing, undefined);
  });

  for (const page of [400, 403]) {
    test(`to the first poll, pages with ${page} fail nothing at once, and status and details show the last one`, async () => {
      const name = world.operation({ completesAfterMs: 0 });
      world.emulator.fail({ kind: 'html', status: page, name, times: 8 });
      const handle = await world.start('watchOperation', { name });
      const { state, failing } = await untilFailing(handle, true);
      assert.equal(state, 'PENDING');
      assert.equal(failing?.status, page === 403 ? 'PERMISSION_DENIED' : 'INVALID_ARGUMENT');
      assert.match(failing?.message ?? '', new RegExp(`HTTP ${page} .*text/html`));
      assert.match(await detailsOf(handle), new RegExp(`Failing .*HTTP ${page}`));
      assert.equal((await handle.result()).outcome, 'COMPLETED');
    });
  }

  test('to later polls, they say so, and no more once the operation is seen again', async () => {
    const name = world.operation(
      { onCancel: { kind: 'ignored' }, waitSupported: 'unimplemented' },
      { collection: 'failing' },
    );
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'get', 2);
    world.emulator.fail({ kind: 'status', code: 'INTERNAL', message: 'Backend is away', name, times: 4 });
    const { failing } = await untilFailing(handle, true);
    assert.match(failing?.message ?? '', /Backend is away/);
    await untilFailing(handle, false);
    assert.doesNotMatch(await detailsOf(handle), /Failing/);
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });

  test('to the cancel, they say so until it is answered', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', message: 'Not now', name, method: 'cancel', times: 4 });
    const handle = await world.start('cancelOperation', { name });
    assert.match((await untilFailing(handle, true)).failing?.message ?? '', /Not now/);
    const { cancellation } = await untilFailing(handle, false);
    assert.equal(cancellation.status, 'ACCEPTED');
    world.emulator.complete(name, {});
    await handle.result();
  });

  test('a signal that says something else changes nothing', async () => {
    const name = world.operation();
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'get');
    for (const report of [7, {}, { message: 'x' }, { status: 'NONE', message: 'x' }, { status: 'UNKNOWN', message: 7 }])
      await handle.signal('failing', report);
    assert.equal((await world.status(handle)).failing, undefined);
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });

  test('a 404 within the grace is no such error', async () => {
    const name = world.operation({ visibleAfterMs: 8_000, completesAfterMs: 8_000 });
    const handle = await world.start('watchOperation', { name, notFoundGrace: '1h' });
    await handle.result();
    const signals = (await handle.fetchHistory()).events?.filter(
      (event) => event.workflowExecutionSignaledEventAttributes,
    );
    assert.deepEqual(signals, []);
  });
});

describe('a worker that gets nothing but errors', TOGETHER, () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await testTemporal();
  });
  after(() => temporal.stop());

  for (const [what, fault, code] of [
    ["Google's errors", { kind: 'status', code: 'UNAVAILABLE', message: 'Backend is away' }, 'UNAVAILABLE'],
    ['the 403 pages of a proxy', { kind: 'html', status: 403 }, 'PERMISSION_DENIED'],
  ] as const)
    test(`says so in one line of its log and in a metric: ${what}`, async (t) => {
      const harness = await WorkerHarness.create(temporal.address);
      t.after(() => harness.close());
      const metrics = `127.0.0.1:${await freePort('127.0.0.1')}`;
      const worker = await harness.workers.start({ METRICS_ADDRESS: metrics });
      harness.emulator.fail(fault);
      const { name, handle } = await harness.start('watchOperation');
      await harness.emulator.waitFor((log) => log.filter(({ method }) => method === 'get').length >= 7);
      const counted = () =>
        fetch(`http://${metrics}/metrics`).then(async (answer) => parseMetrics(await answer.text()));
      const samples = await untilTrue(counted, (all) => sumOf(all, 'google_operation_failing_total') > 0);
      const labels = { service: 'aiplatform.googleapis.com', code };
      assert.equal(sumOf(samples, 'google_operation_failing_total', labels), 1);
      const lines = logOf(worker).filter(({ msg }) => msg.startsWith('Nothing but errors'));
      assert.equal(lines.length, 1);
      assert.equal(lines[0]?.level, 'warn');
      assert.ok(lines[0]?.msg.includes(name));
      assert.match(lines[0]?.msg ?? '', code === 'UNAVAILABLE' ? /Backend is away/ : /HTTP 403 .*text\/html/);
      harness.emulator.clearFaults();
      harness.emulator.complete(name, {});
      assert.equal((await handle.result()).outcome, 'COMPLETED');
    });
});
