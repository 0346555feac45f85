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

  const forge = (workflowType: string, input: object, ...carried: unknown[]) =>
    world.client.workflow.execute<(...args: unknown[]) => Promise<OperationResult>>(workflowType, {
      workflowId: `forged-${randomUUID()}`,
      taskQueue: foreign.taskQueue,
      args: [world.taskQueue, input, ...carried],
    });

  for (const workflowType of ['continuesAsOurs', 'watchOperation'])
    test(`cannot carry over progress that it made up, as a ${workflowType}`, async () => {
      const name = world.operation();
      assert.equal(await failureOf(forge(workflowType, { name }, FORGED)), 'INVALID_ARGUMENT');
      assert.deepEqual(world.emulator.requests(name), []);
    });

  test('cannot forge names of a bulk that were never cancelled', async () => {
    const forged = { matched: 3, started: 3, outcomes: { CANCELLED: 3 }, listed: true };
    const input = { names: [world.operation()] };
    assert.equal(await failureOf(forge('continuesAsOurBulk', input, forged)), 'INVALID_ARGUMENT');
  });

  test('starts one as anybody else does where it carries nothing over', async () => {
    const { outcome, cancellation } = await forge('continuesAsOurs', {
      name: world.operation({ completesAfterMs: 0 }),
    });
    assert.deepEqual([outcome, cancellation.aborts], ['COMPLETED', 0]);
  });

  test('gets no outcome for a name that the rules forbid, not even at the timeout', async () => {
    const input = { name: 'projects/other/operations/1', timeout: '1ms' };
    assert.equal(await failureOf(forge('continuesAsOurs', input, FORGED)), 'INVALID_ARGUMENT');
    assert.equal(await failureOf(forge('continuesAsOurs', input)), 'PERMISSION_DENIED');
  });
});

/** The type of the failure that a workflow ends with. */
async function failureOf(execution: Promise<unknown>): Promise<unknown> {
  const error = await execution.then(
    () => assert.fail('it has a result'),
    (failure: unknown) => failure,
  );
  return (error as { cause?: { type?: string } }).cause?.type;
}
