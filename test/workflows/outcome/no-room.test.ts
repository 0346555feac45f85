import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { GoogleOperations } from '../../../client/index.js';
import { startEmulator } from '../../../emulator/index.js';
import { readWorkerConfig } from '../../../worker/index.js';
import { workerOptions } from '../../../worker/worker-options.js';
import { testTemporal } from '../../support/temporal.js';
import { quietRuntime } from '../../support/world.js';

describe('where no worker has a slot for an activity', () => {
  before(() => quietRuntime());

  test('a timeout is STILL_RUNNING, and no failure', async (t) => {
    const cleanups: (() => Promise<unknown>)[] = [];
    t.after(async () => {
      for (const cleanUp of cleanups.toReversed()) await cleanUp();
    });
    const temporal = await testTemporal();
    cleanups.push(() => temporal.stop());
    const emulator = await startEmulator();
    cleanups.push(() => emulator.close());
    const taskQueue = `no-room-${randomUUID()}`;
    const config = readWorkerConfig({
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
    });
    const native = await NativeConnection.connect({ address: temporal.address });
    cleanups.push(() => native.close());
    // It runs workflow tasks with their local activities, but takes no activity.
    const worker = await Worker.create({
      ...(await workerOptions(config, native)),
      enableNonLocalActivities: false,
    });
    const run = worker.run();
    cleanups.push(() => {
      worker.shutdown();
      return run;
    });
    const connection = await Connection.connect({ address: temporal.address });
    cleanups.push(() => connection.close());

    const name = `projects/p/locations/us-central1/datasets/7/operations/${randomUUID()}`;
    emulator.add({ name });
    const operations = new GoogleOperations(new Client({ connection }), { taskQueue });
    const watched = await operations.watch({ name, timeout: '8s' });
    const { outcome, operation } = await watched.result();
    assert.deepEqual([outcome, operation?.done], ['STILL_RUNNING', false]);
  });
});
