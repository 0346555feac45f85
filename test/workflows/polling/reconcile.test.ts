import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../../activities/index.js';
import { createGoogleClient } from '../../../config/google-client.js';
import { readWorkerConfig } from '../../../config/worker-config.js';
import { reconcileIdOf, workflowIdOf } from '../../../contract/workflow-id.js';
import { workerOptions } from '../../../worker/worker-options.js';
import { closeChecked, eventsOf, until } from '../../support/history.js';
import { answered } from '../../support/moments.js';
import { failureOf } from '../../support/starts.js';
import { SERVICE, startWorld, TOGETHER, type Handle, type World } from '../../support/world.js';

/** With more that are followed a collection has a loop, and with half as many or fewer it ends. */
const THRESHOLD = 4;
const MANY = 6;

describe('many operations of one collection', TOGETHER, () => {
  const taskQueue = `test-${randomUUID()}`;
  let world: World;
  let worker: Worker;
  let running: Promise<void>;
  let connection: NativeConnection;

  before(async () => {
    world = await startWorld();
    connection = await NativeConnection.connect({ address: world.address });
    const config = readWorkerConfig({
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: world.emulator.host,
    });
    worker = await Worker.create({
      ...(await workerOptions(config, connection)),
      activities: createActivities({ operations: createGoogleClient(config.google), listThreshold: THRESHOLD }),
    });
    running = worker.run();
  });
  after(async () => {
    worker.shutdown();
    await running;
    await connection.close();
    await closeChecked(world);
  });

  async function watch(name: string, workflowId = workflowIdOf(SERVICE, name), input = {}): Promise<Handle> {
    const args = [{ name, notFoundGrace: '500ms', ...input }];
    const handle = await world.client.workflow.start('watchOperation', { workflowId, taskQueue, args });
    world.started.push(handle);
    return handle;
  }

  /** Adds operations without `wait` to a collection of their own, and watches them. */
  async function watchMany(input = {}) {
    const location = `projects/p-${randomUUID()}/locations/us-central1`;
    const names = Array.from({ length: MANY }, (_, index) => `${location}/operations/${index}`);
    for (const name of names) world.emulator.add({ name, waitSupported: 'unimplemented' });
    const handles = await Promise.all(names.map((name) => watch(name, undefined, input)));
    const [name = '', other = ''] = names;
    const [handle, otherHandle] = handles;
    assert.ok(handle && otherHandle);
    const loop = world.client.workflow.getHandle(reconcileIdOf(taskQueue, SERVICE, `${location}/operations`));
    return { location, names, handles, name, other, handle, otherHandle, loop };
  }

  const pendingOf = async (handle: Pick<Handle, 'describe'>) => {
    const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
    return pending;
  };
  const isCovered = async (handle: Handle) =>
    (await pendingOf(handle))?.lastFailure?.message?.includes('watched by the list') === true;
  const untilCovered = async (handles: readonly Handle[]) => {
    for (const handle of handles) await until(() => isCovered(handle), Boolean);
  };
  const activityOf = ({ workflowId }: Handle) => ({
    namespace: world.client.options.namespace,
    execution: { workflowId },
    id: 'await',
  });
  const completes = async (name: string, handle: Handle) => {
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  };

  test('are polled by nobody but one loop, until few are left, which poll by themselves again', async () => {
    const { names, handles, location, loop } = await watchMany();
    const foreign = `${location}/operations/foreign`;
    world.emulator.add({ name: foreign, waitSupported: 'unimplemented' });
    const other = await watch(foreign, `test-${randomUUID()}`);
    await untilCovered(handles);
    assert.equal(await isCovered(other), false, 'the loop cannot find an execution under another id');
    const polls = () => names.reduce((sum, name) => sum + world.polls(name), 0);
    const before = polls();
    const ending = names.slice(0, MANY - THRESHOLD / 2);
    for (const [index, name] of ending.entries()) await completes(name, handles[index] ?? other);
    assert.equal(polls() - before, ending.length, 'one poll for each end');
    assert.equal((await loop.describe()).status.name, 'RUNNING');
    await loop.result();
    const [name = '', handle] = [names.at(-1), handles.at(-1)];
    assert.ok(handle);
    await until(
      () => isCovered(handle),
      (covered) => !covered,
    );
    await completes(name, handle);
    await completes(foreign, other);
  });

  test('poll by themselves again when the loop ends, also where their next poll would have come after their timeout', async () => {
    const { names, handles, loop } = await watchMany({ timeout: '30m' });
    const hasNoPoll = async (handle: Handle) =>
      (await eventsOf(handle)).some((event) => event.activityTaskCompletedEventAttributes);
    for (const handle of handles) await until(() => hasNoPoll(handle), Boolean);
    const [last = '', lastHandle] = [names.at(-1), handles.at(-1)];
    assert.ok(lastHandle);
    for (const name of names.slice(0, MANY - THRESHOLD / 2)) world.emulator.complete(name, {});
    await loop.result();
    await completes(last, lastHandle);
  });

  test('have their loop CANCELED by an operator', async () => {
    const { handles, loop } = await watchMany();
    await untilCovered(handles);
    await loop.cancel();
    await assert.rejects(loop.result());
    assert.equal((await loop.describe()).status.name, 'CANCELLED');
  });

  test('are polled and not taken to have ended where the list leaves all of them out', async () => {
    const { location, name, names, handle, otherHandle } = await watchMany();
    world.emulator.fail({ kind: 'text', status: 200, body: '{}', method: 'list', name: location });
    for (const one of names) await answered(world, one, 'poll', 2);
    await until(
      () => world.status(otherHandle),
      ({ state }) => state === 'WATCHING',
    );
    await completes(name, handle);
  });

  test('are polled one by one where the list is refused, and nothing is listed for an hour', async () => {
    const { location, name, handle, loop } = await watchMany();
    world.emulator.fail({ kind: 'status', code: 'PERMISSION_DENIED', method: 'list', name: location });
    await until(
      async () => (await loop.describe().catch(() => undefined))?.status.name,
      (status) => status === 'FAILED',
    );
    await completes(name, handle);
    assert.equal(await isCovered(handle), false);
  });

  test('are found to have ended by a poll of their own where the list goes on showing them as running', async () => {
    const { location, names, name, handle, handles } = await watchMany();
    const body = JSON.stringify({ operations: names.map((one) => ({ name: one })) });
    world.emulator.fail({ kind: 'text', status: 200, body, method: 'list', name: location });
    await untilCovered(handles);
    world.emulator.complete(name, {});
    await world.client.workflowService.resetActivity(activityOf(handle));
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });

  test('have their ends seen while an operator has paused their own polls, which stay paused', async () => {
    const { name, handle, handles, other, otherHandle, loop } = await watchMany();
    await untilCovered(handles);
    for (const one of [handle, otherHandle]) await world.client.workflowService.pauseActivity(activityOf(one));
    await otherHandle.signal('poll');
    await otherHandle.signal('resume');
    await answered(world, other, 'poll', 2);
    await completes(name, handle);
    assert.ok((await pendingOf(otherHandle))?.pauseInfo);
    await completes(other, otherHandle);
    await loop.terminate();
  });

  test('are watched by a loop whose activity was completed with nonsense, and then made one attempt only', async () => {
    const { name, handle, handles, loop } = await watchMany();
    const { namespace } = world.client.options;
    const service = world.client.workflowService;
    await untilCovered(handles);
    const activityId = async () => (await pendingOf(loop))?.activityId ?? '';
    const first = await activityId();
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"done"') };
    const { workflowId } = loop;
    const result = { payloads: [payload] };
    await service.respondActivityTaskCompletedById({ namespace, workflowId, activityId: first, result });
    const second = await until(activityId, (id) => id !== '' && id !== first);
    await service.updateActivityOptions({
      namespace,
      execution: { workflowId },
      id: second,
      activityOptions: { retryPolicy: { maximumAttempts: 1 } },
      updateMask: { paths: ['retry_policy.maximum_attempts'] },
    });
    await until(activityId, (id) => id !== '' && id !== second);
    await completes(name, handle);
    assert.equal((await loop.describe()).status.name, 'RUNNING');
    await loop.terminate();
  });

  test('are LOST soon after they are deleted', async () => {
    const { name, handle, handles } = await watchMany();
    await untilCovered(handles);
    world.emulator.expire(name);
    assert.equal((await handle.result()).outcome, 'LOST');
  });

  test('have no second loop under another id', async () => {
    const args = [{ service: SERVICE, apiVersion: 'v1', collection: 'projects/p/locations/l/operations' }];
    const workflowId = `test-${randomUUID()}`;
    await world.client.workflow.start('reconcileOperations', { workflowId, taskQueue, args });
    const second: Handle = world.client.workflow.getHandle(workflowId);
    assert.equal((await failureOf(second)).type, 'INVALID_ARGUMENT');
  });
});
