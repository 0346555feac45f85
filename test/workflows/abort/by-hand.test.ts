import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { until } from '../../support/until.js';
import { type Handle, startWorld, TOGETHER, type World } from '../../support/world.js';

const NAMESPACE = 'default';

describe('the hands of operators', TOGETHER, () => {
  let world: World;
  let service: Client['workflowService'];
  before(async () => {
    world = await startWorld();
    service = world.client.workflowService;
  });
  after(() => world.close());

  async function watch(): Promise<{
    name: string;
    handle: Handle;
    ids: { namespace: string; workflowId: string; activityId: string };
  }> {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const handle = await world.start('watchOperation', { name });
    await until(
      () => handle.describe(),
      ({ raw }) => raw.pendingActivities?.some(({ activityId }) => activityId === 'await') ?? false,
    );
    return { name, handle, ids: { namespace: NAMESPACE, workflowId: handle.workflowId, activityId: 'await' } };
  }

  async function isFollowed({ name, handle }: { name: string; handle: Handle }): Promise<void> {
    await world.operations.getHandle(name).abort({ reason: 'budget' });
    const { outcome, cancellation } = await handle.result();
    assert.deepEqual([outcome, cancellation.won], ['CANCELLED', true]);
  }

  test('an await that is completed with nonsense is run again, and the workflow goes on', async () => {
    for (const nonsense of ['null', '"done"', '{"operation":null,"pollState":{"polls":1}}']) {
      const watched = await watch();
      const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(nonsense) };
      await service.respondActivityTaskCompletedById({ ...watched.ids, result: { payloads: [payload] } });
      await isFollowed(watched);
    }
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
