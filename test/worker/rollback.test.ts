import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { readWorkerConfig } from '../../config/worker-config.js';
import { workerOptions } from '../../worker/worker-options.js';
import { eventsOf, until } from '../support/history.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { type Handle, quietRuntime } from '../support/world.js';

type Version = 'before' | 'after';

function bundle(version: Version): Promise<WorkflowBundle> {
  const workflowsPath = fileURLToPath(new URL(`support/rollback-${version}.js`, import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

describe('a version with a patch', { timeout: 300_000 }, () => {
  const taskQueue = `rollback-${randomUUID()}`;
  let temporal: TestTemporal;
  let connection: NativeConnection;
  let client: Client;
  let bundles: Record<Version, WorkflowBundle>;
  before(async () => {
    temporal = await testTemporal();
    await quietRuntime();
    connection = await NativeConnection.connect({ address: temporal.address });
    client = new Client({ connection });
    bundles = { before: await bundle('before'), after: await bundle('after') };
  });
  after(async () => {
    await connection?.close();
    await temporal?.stop();
  });

  /** Runs a worker of a version, with these patches, while the work is done. */
  async function on<T>(version: Version, patches: string, work: () => Promise<T>): Promise<T> {
    const env = { TEMPORAL_TASK_QUEUE: taskQueue, OPERATIONS_EMULATOR_HOST: 'localhost:1', WORKER_PATCHES: patches };
    const options = await workerOptions(readWorkerConfig(env), connection);
    // Without a cache each workflow task replays the history, as on a worker that has taken over.
    const worker = await Worker.create({
      ...options,
      workflowBundle: bundles[version],
      dataConverter: {},
      maxCachedWorkflows: 0,
    });
    return worker.runUntil(work);
  }

  const begin = async (): Promise<Handle> => {
    const handle = await client.workflow.start('rolled', { workflowId: randomUUID(), taskQueue });
    return handle;
  };
  const count = async (handle: Handle, kind: 'workflowTaskFailed' | 'timerFired') =>
    (await eventsOf(handle)).filter((event) => event[`${kind}EventAttributes`]).length;
  /** Sends the next signal and waits until a worker has taken it. */
  const advance = async (handle: Handle): Promise<void> => {
    await handle.signal('next');
    await until(
      () => eventsOf(handle),
      (events) =>
        events.findLastIndex((event) => event.workflowTaskCompletedEventAttributes) >
        events.findLastIndex((event) => event.workflowExecutionSignaledEventAttributes),
    );
  };
  const result = (handle: Handle) => handle.result() as unknown as Promise<string>;

  test('is rolled back while WORKER_PATCHES is none, and switched on after it is taken again', async () => {
    const [back, forth, later] = [await begin(), await begin(), await begin()];
    await on('after', 'none', () => Promise.all([back, forth].map(advance)));
    await on('before', 'none', async () => {
      await back.signal('next');
      assert.equal(await result(back), 'old');
    });
    await on('after', 'timer', async () => {
      await forth.signal('next');
      assert.equal(await result(forth), 'old', 'it passed the patch while that was off');
      await advance(later);
      await later.signal('next');
      assert.equal(await result(later), 'new');
    });
    for (const handle of [back, forth, later]) assert.equal(await count(handle, 'workflowTaskFailed'), 0);
  });

  test('stands still on the older one once the patch is on, and ends on the newer one', async () => {
    const handle = await begin();
    await on('after', 'timer', async () => {
      await advance(handle);
      await until(
        () => count(handle, 'timerFired'),
        (fired) => fired === 1,
      );
    });
    await handle.signal('next');
    await on('before', 'none', () =>
      until(
        () => count(handle, 'workflowTaskFailed'),
        (failed) => failed > 0,
      ),
    );
    await on('after', 'none', async () => assert.equal(await result(handle), 'new'));
  });
});
