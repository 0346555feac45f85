import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { GoogleOperations } from '../../client/index.js';
import { startHarness } from './support/harness.js';

test('an outcome is recorded where a worker is killed in a look, and the look is no longer wanted', async (t) => {
  const { client, emulator, taskQueue, startWorker } = await startHarness(t);
  const name = `projects/p/locations/us-central1/indexes/7/operations/${randomUUID()}`;
  emulator.add({ name, waitSupported: 'unimplemented', onCancel: { kind: 'wins', afterMs: 500 } });
  const first = await startWorker();
  // At this pace an attempt is always under way.
  const polling = { initialInterval: '300ms', maximumInterval: '300ms' };
  const watched = await new GoogleOperations(client, { taskQueue }).watch({ name, polling });
  await emulator.waitFor((log) => log.filter(({ method }) => method === 'get').length > 3);
  await startWorker();
  await first.end('SIGKILL');
  await watched.abort({}, { waitForWorker: false });
  const { outcome, cancellation } = await watched.result();
  assert.deepEqual([outcome, cancellation.won], ['CANCELLED', true]);
});
