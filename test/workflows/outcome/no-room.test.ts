import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { watch } from '../../../client/index.js';
import { startEmulator } from '../../../emulator/index.js';
import { readWorkerConfig } from '../../../worker/index.js';
import { workerOptions } from '../../../worker/worker-options.js';
import { testTemporal } from '../../support/temporal.js';
import { quietRuntime } from '../../support/world.js';

describe('where no worker has room for a look', () => {
  before(quietRuntime);

  test('a time that is up meanwhile ends the following, and is no failure', async (t) => {
    const closers: (() => Promise<unknown>)[] = [];
    t.after(async () => {
      for (const close of closers.toReversed()) await close();
    });
    const temporal = await testTemporal();
    closers.push(() => temporal.stop());
    const emulator = await startEmulator();
    closers.push(() => emulator.close());
    const taskQueue = `no-room-${randomUUID()}`;
    const config = readWorkerConfig({
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
    });
    const native = await NativeConnection.connect({ address: temporal.address });
    closers.push(() => native.close());
    // It decides, and looks within its decisions, but takes no activity.
    const worker = await Worker.create({ ...workerOptions(config, native), enableNonLocalActivities: false });
    const run = worker.run();
    closers.push(() => {
      worker.shutdown();
      return run;
    });
    const connection = await Connection.connect({ address: temporal.address });
    closers.push(() => connection.close());

    const name = `projects/p/locations/us-central1/datasets/7/operations/${randomUUID()}`;
    emulator.add({ name });
    const watched = await watch(new Client({ connection }), { name, timeout: '8s' }, { taskQueue });
    const { outcome, operation } = await watched.outcome();
    assert.deepEqual([outcome, operation?.done], ['STILL_RUNNING', false]);
  });
});
