import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

/** The payload of a client with a codec of its own. */
const ENCRYPTED = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('secret') };

describe('a payload that cannot be decoded does not block a workflow task', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  test('of an abort signal: it aborts', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const handle = await world.start('watchOperation', { name });
    await world.client.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handle.workflowId },
      signalName: 'abort',
      input: { payloads: [ENCRYPTED] },
    });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.aborts, 1);
  });

  test('of the input: the workflow fails at once', async () => {
    const workflowId = `undecodable-${Date.now()}`;
    await world.client.workflowService.startWorkflowExecution({
      namespace: 'default',
      workflowId,
      requestId: workflowId,
      workflowType: { name: 'cancelOperation' },
      taskQueue: { name: world.taskQueue },
      input: { payloads: [ENCRYPTED] },
    });
    const failed = world.client.workflow.getHandle(workflowId).result();
    await assert.rejects(failed, (error: { cause?: { type?: string; message: string } }) => {
      assert.equal(error.cause?.type, 'INVALID_ARGUMENT');
      assert.match(error.cause.message, /^input: /);
      return true;
    });
  });
});
