import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findTemporal } from '../../devserver/find.js';
import { startTemporal } from '../../devserver/index.js';
import { startWorld, type World } from '../support/world.js';
import { run } from './support/command.js';

const found = await findTemporal();
const isOld = Number(found.version.split('.')[1]) < 32;
const skip = isOld && `the Temporal on PATH is ${found.version}, and workflows are paused from server 1.32 on`;

describe('a workflow that an operator has paused', { skip, timeout: 120_000 }, () => {
  let world: World;
  let name: string;
  before(async () => {
    const dynamicConfig = { 'frontend.WorkflowPauseEnabled': true };
    world = await startWorld({}, await startTemporal({ executable: found.path, dynamicConfig }));
    name = world.operation({ onCancel: { kind: 'wins' } });
    const { workflowId } = await world.operations.watch({ name });
    const { namespace } = world.client.options;
    await world.client.workflowService.pauseWorkflowExecution({ namespace, workflowId, requestId: workflowId });
  });
  after(() => world.close());

  test('is said to be PAUSED by status, poll, history and ls, and none of them hangs', async () => {
    const env = { TEMPORAL_ADDRESS: world.address, TEMPORAL_TASK_QUEUE: world.taskQueue };
    for (const command of ['status', 'poll']) {
      const { code, stderr } = await run([command, name], env);
      assert.equal(code, 1);
      assert.match(stderr, /is PAUSED in Temporal.* To have it go on: temporal workflow unpause /, command);
    }
    for (const command of [['history', name], ['ls']]) {
      const { code, stdout } = await run(command, env);
      assert.equal(code, 0);
      assert.match(stdout, /\bPAUSED\b/, command[0]);
    }
  });

  test('keeps an abort until it goes on, and the command says so', async () => {
    const env = { TEMPORAL_ADDRESS: world.address, TEMPORAL_TASK_QUEUE: world.taskQueue };
    const { code, stderr } = await run(['abort', name], env);
    assert.equal(code, 0);
    assert.match(stderr, /is PAUSED: Temporal stores requests until it goes on[^]*temporal workflow unpause/);
    const { namespace } = world.client.options;
    const handle = world.operations.getHandle(name);
    const { workflowId } = handle;
    await world.client.workflowService.unpauseWorkflowExecution({ namespace, workflowId, requestId: workflowId });
    assert.equal((await handle.result()).outcome, 'CANCELLED');
  });
});
