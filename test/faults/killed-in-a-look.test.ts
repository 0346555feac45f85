import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { signalAbort, watch } from '../../client/index.js';
import { startEmulator } from '../../emulator/index.js';
import { testTemporal } from '../support/temporal.js';
import { startWorkerProcess } from './worker-process.js';

test('an outcome is recorded where a worker is killed in a look, and the look is no longer wanted', async (t) => {
  const closers: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const close of closers.toReversed()) await close();
  });
  const temporal = await testTemporal();
  closers.push(() => temporal.stop());
  const emulator = await startEmulator();
  closers.push(() => emulator.close());
  const home = await mkdtemp(join(tmpdir(), 'killed-'));
  closers.push(() => rm(home, { recursive: true }));
  const connection = await Connection.connect({ address: temporal.address });
  closers.push(() => connection.close());
  const client = new Client({ connection });
  const taskQueue = `killed-${randomUUID()}`;
  const start = () => {
    const worker = startWorkerProcess({
      HOME: home,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
      LOG_FORMAT: 'json',
    });
    closers.push(() => worker.end('SIGKILL'));
    return worker;
  };

  const name = `projects/p/locations/us-central1/indexes/7/operations/${randomUUID()}`;
  emulator.add({ name, waitSupported: 'unimplemented', onCancel: { kind: 'wins', afterMs: 500 } });
  const first = start();
  assert.ok(await first.ready);
  // At this pace an attempt is always under way.
  const polling = { initialInterval: '300ms', maximumInterval: '300ms' };
  const watched = await watch(client, { name, polling }, { taskQueue });
  await emulator.waitFor((log) => log.filter(({ method }) => method === 'get').length > 3);
  const second = start();
  assert.ok(await second.ready);
  await first.end('SIGKILL');
  await signalAbort(client, { name });
  const { outcome, cancellation } = await watched.outcome();
  assert.deepEqual([outcome, cancellation.won], ['CANCELLED', true]);
});
