import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { type Emulator, startEmulator } from '../../../emulator/index.js';
import { testTemporal } from '../../support/temporal.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

/** What a test needs that ends workers, whose processes it starts itself. */
export interface Harness {
  client: Client;
  emulator: Emulator;
  taskQueue: string;
  /** Starts a worker and returns when it takes work. */
  startWorker: () => Promise<WorkerProcess>;
}

/** Freed at the end of the test. */
export async function startHarness(t: TestContext): Promise<Harness> {
  const closers: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const close of closers.toReversed()) await close();
  });
  const temporal = await testTemporal();
  closers.push(() => temporal.stop());
  const emulator = await startEmulator();
  closers.push(() => emulator.close());
  const home = await mkdtemp(join(tmpdir(), 'stand-'));
  closers.push(() => rm(home, { recursive: true }));
  const connection = await Connection.connect({ address: temporal.address });
  closers.push(() => connection.close());
  const taskQueue = `stand-${randomUUID()}`;
  return {
    client: new Client({ connection }),
    emulator,
    taskQueue,
    async startWorker() {
      const worker = startWorkerProcess({
        HOME: home,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_TASK_QUEUE: taskQueue,
        OPERATIONS_EMULATOR_HOST: emulator.host,
        LOG_FORMAT: 'json',
      });
      closers.push(() => worker.end('SIGKILL'));
      if (!(await worker.ready)) throw new Error(`The worker ended: ${await worker.exited}`);
      return worker;
    },
  };
}
