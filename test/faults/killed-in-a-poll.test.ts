import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { GoogleOperations } from '../../client/index.js';
import { testTemporal } from '../support/temporal.js';
import { WorkerHarness } from '../support/worker-harness.js';

test('an outcome is recorded where a worker is killed in a poll, and the poll is no longer wanted', async (t) => {
  const temporal = await testTemporal();
  t.after(() => temporal.stop());
  const harness = await WorkerHarness.create(temporal.address);
  t.after(() => harness.close());
  const { client, emulator, taskQueue, workers } = harness;
  const name = `projects/p/locations/us-central1/indexes/7/operations/${randomUUID()}`;
  emulator.add({ name, waitSupported: 'unimplemented', onCancel: { kind: 'wins', afterMs: 500 } });
  const first = await workers.start();
  // With this interval an attempt is always under way.
  const polling = { initialInterval: '300ms', maximumInterval: '300ms' };
  const watched = await new GoogleOperations(client, { taskQueue }).watch({ name, polling });
  await emulator.waitFor((log) => log.filter(({ method }) => method === 'get').length > 3);
  await workers.start();
  await first.kill();
  await watched.abort({}, { waitForWorker: false });
  const { outcome, cancellation } = await watched.result();
  assert.deepEqual([outcome, cancellation.won], ['CANCELLED', true]);
});
