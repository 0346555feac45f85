import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

/** What a client with a codec of its own sends. */
const ENCRYPTED = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('secret') };

describe('what cannot be decoded does not stick a workflow task', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  test('an abort signal aborts, whatever it brings', async () => {
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

  test('an input fails the workflow at once', async () => {
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
