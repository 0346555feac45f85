import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import type { OperationResult } from '../../contract/result.js';
import type { Progress } from '../../workflows/progress.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

/** What nobody did: an abort, and a cancel that was accepted. */
const FORGED: Progress = {
  startedAt: Date.now(),
  aborts: 3,
  abort: { reason: 'forged', requestedBy: 'cfo@example.com', at: 1 },
  status: 'ACCEPTED',
  acceptedAt: 1,
  timesSent: 1,
  resendAfter: 0,
  pollState: { polls: 0, failures: 0, seenAt: 1 },
  polls: 9,
  omitted: false,
  wasAlreadyDone: false,
};

describe('a workflow of somebody else that continues as new into ours', TOGETHER, () => {
  let world: World;
  let foreign: { taskQueue: string; stop: () => Promise<void> };
  before(async () => {
    world = await startWorld({ ALLOWED_OPERATIONS: 'projects/p/locations/**' });
    const taskQueue = `foreign-${randomUUID()}`;
    const connection = await NativeConnection.connect({ address: world.address });
    const workflowsPath = new URL('support/continues-as-ours.js', import.meta.url).pathname;
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle: await bundleWorkflowCode({ workflowsPath }),
    });
    const running = worker.run();
    foreign = {
      taskQueue,
      stop: async () => {
        worker.shutdown();
        await running;
        await connection.close();
      },
    };
  });
  after(async () => {
    await foreign.stop();
    await world.close();
  });

  const forge = (workflowType: string, input: { name: string; timeout?: string }) =>
    world.client.workflow.execute<(...args: unknown[]) => Promise<OperationResult>>(workflowType, {
      workflowId: `forged-${randomUUID()}`,
      taskQueue: foreign.taskQueue,
      args: [world.taskQueue, input, FORGED],
    });

  for (const workflowType of ['continuesAsOurs', 'watchOperation'])
    test(`cannot forge an abort, an acceptance or a poll, as a ${workflowType}`, async () => {
      const name = world.operation({
        completesAfterMs: 0,
        result: { error: { code: 1, message: 'by somebody else' } },
      });
      const { outcome, wasAlreadyDone, cancellation, polls } = await forge(workflowType, { name });
      assert.deepEqual([outcome, wasAlreadyDone, polls], ['CANCELLED', true, 1]);
      assert.deepEqual(cancellation, { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 });
    });

  test('gets no outcome for a name that the rules forbid, not even at the timeout', async () => {
    await assert.rejects(forge('continuesAsOurs', { name: 'projects/other/operations/1', timeout: '1ms' }), (error) => {
      const { cause } = error as { cause?: { type?: string } };
      assert.equal(cause?.type, 'PERMISSION_DENIED');
      return true;
    });
  });
});
