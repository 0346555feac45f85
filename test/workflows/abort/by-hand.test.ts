import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { CancelOperationsResult } from '../../../contract/bulk.js';
import { eventsOf } from '../../support/history.js';
import { answered } from '../../support/moments.js';
import { until, untilFound } from '../../support/until.js';
import { type Handle, startWorld, TOGETHER, type World } from '../../support/world.js';

const NAMESPACE = 'default';
/** None of our activities returns these. `null` is a result of the reconcile loop's. */
const nonsense = ['null', '"done"', '{"operation":null,"pollState":{"polls":1}}'];

type Ids = { namespace: string; workflowId: string; activityId: string };

describe('the hands of operators', TOGETHER, () => {
  let world: World;
  let service: Client['workflowService'];
  before(async () => {
    world = await startWorld();
    service = world.client.workflowService;
  });
  after(() => world.close());

  async function watch(script: Parameters<World['operation']>[0] = {}) {
    const name = world.operation({ onCancel: { kind: 'wins' }, ...script });
    const handle = await world.start('watchOperation', { name });
    return { name, handle, ids: { ...(await pending(handle, 'awaitOperation')), activityId: 'await' } };
  }

  /** The activity of a type that is pending, which is not the given one. */
  async function pending(
    handle: Pick<WorkflowHandle, 'workflowId' | 'describe'>,
    type: string,
    not = '',
  ): Promise<Ids> {
    const { activityId } = await untilFound(
      async () => {
        const { raw } = await handle.describe();
        return raw.pendingActivities?.find((one) => one.activityType?.name === type && one.activityId !== not);
      },
      () => type,
    );
    return { namespace: NAMESPACE, workflowId: handle.workflowId, activityId: activityId ?? '' };
  }

  async function complete(ids: Ids, json: string): Promise<void> {
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(json) };
    await service.respondActivityTaskCompletedById({ ...ids, result: { payloads: [payload] } });
  }

  /** As `temporal activity update-options --retry-maximum-attempts 1`. */
  async function allowOneAttempt({ namespace, workflowId, activityId }: Ids) {
    await service.updateActivityOptions({
      namespace,
      execution: { workflowId },
      id: activityId,
      activityOptions: { retryPolicy: { maximumAttempts: 1 } },
      updateMask: { paths: ['retry_policy.maximum_attempts'] },
    });
  }

  async function isFollowed({ name, handle }: { name: string; handle: Handle }): Promise<void> {
    await world.operations.getHandle(name).abort({ reason: 'budget' });
    const { outcome, cancellation } = await handle.result();
    assert.deepEqual([outcome, cancellation.won], ['CANCELLED', true]);
  }

  test('an await that is completed with nonsense is run again, and the workflow goes on', async () => {
    for (const json of nonsense) {
      const watched = await watch();
      await complete(watched.ids, json);
      await isFollowed(watched);
    }
  });

  test('an await that may make one attempt only is run again, and the workflow goes on', async () => {
    const watched = await watch({ waitSupported: 'unimplemented' });
    const scheduled = async () =>
      (await eventsOf(watched.handle)).filter(
        (event) => event.activityTaskScheduledEventAttributes?.activityId === 'await',
      ).length;
    await allowOneAttempt(watched.ids);
    await until(scheduled, (count) => count > 1);
    await isFollowed(watched);
  });

  test('an await that is paused stays so after a cancel, whose end is seen all the same', async () => {
    for (const script of [{ waitSupported: 'unimplemented' }, {}] as const) {
      const { name, handle, ids } = await watch({ ...script, onCancel: { kind: 'ignored' } });
      const { namespace, workflowId, activityId } = ids;
      await service.pauseActivity({ namespace, execution: { workflowId }, id: activityId });
      const isPaused = async () => (await handle.describe()).raw.pendingActivities?.[0]?.pauseInfo != null;
      await until(isPaused, Boolean);
      await handle.signal('abort');
      await answered(world, name, 'cancel');
      const polls = world.polls(name);
      await until(
        () => Promise.resolve(world.polls(name)),
        (count) => count > polls,
      );
      assert.equal(await isPaused(), true);
      world.emulator.complete(name, {});
      assert.equal((await handle.result()).outcome, 'COMPLETED');
    }
  });

  test('the activities of a bulk are run again after nonsense and after a last attempt, and it has each outcome', async () => {
    const parent = `projects/p/locations/${randomUUID()}`;
    const name = `${parent}/operations/1`;
    world.emulator.add({ name, onCancel: { kind: 'ignored' } });
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', method: 'list', name: parent });
    const { workflowId } = await world.operations.cancelAll({ parent });
    const handle: WorkflowHandle = world.client.workflow.getHandle(workflowId);
    const endByHand = async (type: string, ends: ((ids: Ids) => Promise<void>)[]) => {
      let last = '';
      for (const end of ends) {
        const ids = await pending(handle, type, last);
        await end(ids);
        last = ids.activityId;
      }
      await pending(handle, type, last);
    };
    const withNonsense = nonsense.map((json) => (ids: Ids) => complete(ids, json));
    await endByHand('listOperations', [...withNonsense, allowOneAttempt]);
    world.emulator.clearFaults();
    await endByHand('awaitItem', withNonsense);
    world.emulator.complete(name, {});
    const { failures, outcomes } = (await handle.result()) as CancelOperationsResult;
    assert.deepEqual({ failures, outcomes }, { failures: [], outcomes: { COMPLETED: 1 } });
  });

  test('an await that is failed by hand is run again', async () => {
    const watched = await watch();
    const failure = { message: 'by hand', source: 'CLI', applicationFailureInfo: { nonRetryable: true } };
    await service.respondActivityTaskFailedById({ ...watched.ids, failure });
    await isFollowed(watched);
  });

  test('a handle follows a reset to the run that took the place of its own', async () => {
    const { name, handle } = await watch();
    const followed = await world.operations.watch({ name });
    const result = followed.result();
    await service.resetWorkflowExecution({
      namespace: NAMESPACE,
      workflowExecution: { workflowId: handle.workflowId, runId: (await handle.describe()).runId },
      requestId: name,
      workflowTaskFinishEventId: 4 as never,
    });
    await world.operations.getHandle(name).abort();
    assert.equal((await result).outcome, 'CANCELLED');
  });
});
