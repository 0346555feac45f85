import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Workflow, WorkflowResultType } from '@temporalio/client';
import { errorText, type OtherWorker, startOtherWorker } from '../support/other-worker.js';
import { startWorld, type World } from '../support/world.js';
import type { callAbort, callCancel, callStatus, callWatch } from './caller.js';

describe('the Nexus service', { concurrency: true }, () => {
  let world: World;
  let caller: OtherWorker;
  const endpoint = `google-${randomUUID().slice(0, 8)}`;

  before(async () => {
    world = await startWorld();
    await world.client.connection.operatorService.createNexusEndpoint({
      spec: { name: endpoint, target: { worker: { namespace: 'default', taskQueue: world.taskQueue } } },
    });
    caller = await startOtherWorker(world.address, fileURLToPath(new URL('caller.js', import.meta.url)));
  });
  after(async () => {
    await caller.stop();
    await world.close();
  });

  function call<T extends Workflow>(workflow: string, ...args: Parameters<T>): Promise<WorkflowResultType<T>> {
    return world.client.workflow.execute<T>(workflow, {
      workflowId: `caller-${randomUUID()}`,
      taskQueue: caller.taskQueue,
      args,
    } as never);
  }

  test('cancel completes with the outcome of the workflow', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 200 } });
    const result = await call<typeof callCancel>('callCancel', endpoint, { name, reason: 'budget' });
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.reason, 'budget');
    assert.equal(result.cancellation.aborts, 1);
    assert.deepEqual(result, await world.operations.getHandle(name).result());
  });

  test('cancel of an operation that is watched aborts the watcher', async () => {
    const name = world.operation();
    await world.operations.watch({ name });
    const result = await call<typeof callCancel>('callCancel', endpoint, { name, reason: 'budget' });
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.reason, 'budget');
    assert.equal(world.cancels(name), 1);
  });

  test('cancel and watch of what has ended complete with the earlier record, and start nothing', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const first = await world.operations.cancel({ name, reason: 'budget' });
    const record = { ...(await first.result()), earlier: true };
    assert.deepEqual(await call<typeof callCancel>('callCancel', endpoint, { name, reason: 'late' }), record);
    assert.deepEqual(await call<typeof callWatch>('callWatch', endpoint, { name }, 0), record);
    const { runId } = await world.client.workflow.getHandle(first.workflowId).describe();
    assert.deepEqual([runId, world.cancels(name)], [first.runId, 1]);
  });

  test('watch completes when the operation does', async () => {
    const name = world.operation({ completesAfterMs: 500 });
    const result = await call<typeof callWatch>('callWatch', endpoint, { name }, 0);
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.cancellation.status, 'NOT_REQUESTED');
  });

  test("a caller's cancellation of watch is an abort, and the caller gets the outcome", async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const result = await call<typeof callWatch>('callWatch', endpoint, { name, reason: 'nightly' }, 1_000);
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.reason, 'a Nexus caller cancelled its operation');
  });

  test('abort and status return at once', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    await world.operations.watch({ name });
    const before = await call<typeof callStatus>('callStatus', endpoint, { name });
    assert.equal(before.cancellation.status, 'NOT_REQUESTED');
    const aborted = await call<typeof callAbort>('callAbort', endpoint, { name, reason: 'budget' });
    assert.equal(aborted.cancellation.reason, 'budget');
    world.emulator.complete(name);
    await world.operations.getHandle(name).result();
    assert.equal((await call<typeof callStatus>('callStatus', endpoint, { name })).outcome, 'COMPLETED');
  });

  test('an abort is the update with the id of its Nexus request, so that a repeated request is the same abort', async () => {
    const name = world.operation();
    const { workflowId } = await world.operations.watch({ name });
    const calling = await world.client.workflow.start<typeof callAbort>('callAbort', {
      workflowId: `caller-${randomUUID()}`,
      taskQueue: caller.taskQueue,
      args: [endpoint, { name }],
    });
    await calling.result();
    const scheduled = (await calling.fetchHistory()).events ?? [];
    const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
    const requests = scheduled.flatMap((event) => event.nexusOperationScheduledEventAttributes?.requestId ?? []);
    const updates = (events ?? []).flatMap(
      (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.protocolInstanceId ?? [],
    );
    assert.equal(requests.length, 1);
    assert.deepEqual(updates, requests);
  });

  test('an operation without a workflow is NOT_FOUND, and bad input is refused with its field', async () => {
    const name = 'projects/p/locations/l/operations/unknown';
    for (const run of [
      () => call<typeof callStatus>('callStatus', endpoint, { name }),
      () => call<typeof callAbort>('callAbort', endpoint, { name }),
    ]) {
      await assert.rejects(run, (error) => /NOT_FOUND/.test(errorText(error)));
    }
    const bad = call<typeof callCancel>('callCancel', endpoint, { name: 'a/../b' });
    await assert.rejects(bad, (error) => /BAD_REQUEST/.test(errorText(error)) && /name: /.test(errorText(error)));
  });
});
