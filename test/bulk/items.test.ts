import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createBulkActivities } from '../../activities/bulk/bulk-activities.js';
import { waitForClose } from '../../activities/bulk/wait-for-close.js';
import { createSemaphore, type Semaphore } from '../../activities/semaphore.js';
import type { ItemReport, ItemRun } from '../../contract/activities.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { kindsOf } from '../support/history.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';

describe('the activities of one item', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  /** An attempt of an activity, with the test's own client. */
  function attempt(waitingItems: Semaphore, info: { attempt?: number; heartbeatDetails?: unknown } = {}) {
    const environment = new MockActivityEnvironment({ taskQueue: world.taskQueue, ...info }, { client: world.client });
    const { cancelItem, awaitItem } = createBulkActivities({
      waitingItems,
      newItems: waitingItems,
      startingItems: createSemaphore(() => 1),
      operations: { assertAllowed: () => undefined },
    });
    return {
      environment,
      cancelItem: (name: string): Promise<ItemReport> =>
        environment.run(cancelItem, { input: { name }, requestId: randomUUID() }),
      awaitItem: (run: ItemRun): Promise<ItemReport> => environment.run(awaitItem, run),
    };
  }

  async function startRun(onCancel: 'ignored' | 'wins'): Promise<ItemRun> {
    const name = world.operation({ onCancel: { kind: onCancel } });
    const report = await attempt(createSemaphore(() => 0)).cancelItem(name);
    assert.ok(report.kind === 'underWay');
    return report.run;
  }

  test('with a permit, cancelItem returns once the first tasks are taken, so that a bulk does not fill the queue', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const report = await attempt(createSemaphore(() => 1)).cancelItem(name);
    assert.ok(report.kind === 'underWay');
    const kinds = await kindsOf(world.client.workflow.getHandle(report.run.workflowId) as never);
    assert.ok(kinds.includes('workflowTaskStarted'), kinds.join());
  });

  test('without a permit no attempt waits: cancelItem returns at once, awaitItem checks once', async () => {
    const run = await startRun('ignored');
    const failure = await failureOf(() => attempt(createSemaphore(() => 0)).awaitItem(run));
    assert.equal(failure.type, 'OperationRunning');
    assert.equal(failure.category, 'BENIGN');
    assert.ok(Number(failure.nextRetryDelay) <= 1_100);
    const later = await failureOf(() =>
      attempt(
        createSemaphore(() => 0),
        { attempt: 9 },
      ).awaitItem(run),
    );
    assert.ok(Number(later.nextRetryDelay) >= 27_000, `${later.nextRetryDelay} ms`);
  });

  test('without a permit the end is returned by the next attempt', async () => {
    const run = await startRun('wins');
    for (;;) {
      try {
        const report = await attempt(createSemaphore(() => 0)).awaitItem(run);
        assert.deepEqual(report, { kind: 'ended', outcome: 'CANCELLED', won: true });
        return;
      } catch (error) {
        if (!(error instanceof ApplicationFailure)) throw error;
      }
    }
  });

  test('a wait that times out costs one or two requests', async () => {
    const run = await startRun('ignored');
    const counted = countHistoryRequests(world.client);
    assert.equal(await waitForClose(counted.client, run, Date.now() + 2_500), undefined);
    assert.ok(counted.count() <= 2, `${counted.count()} requests`);
  });

  test('an execution that Temporal does not know is reported as NOT_FOUND', async () => {
    const name = world.operation();
    const run = { name, workflowId: workflowIdOf(SERVICE, name), runId: undefined };
    const report = await attempt(createSemaphore(() => 1)).awaitItem(run);
    assert.ok(report.kind === 'failed');
    assert.equal(report.type, 'NOT_FOUND');
  });

  test('a permit is released', async () => {
    const semaphore = createSemaphore(() => 1);
    await attempt(semaphore).cancelItem(world.operation());
    assert.equal(semaphore.inUse, 0);
  });

  test('the execution is in a heartbeat before the wait, and an attempt after a killed one starts no second', async () => {
    const name = world.operation();
    const heartbeats: unknown[] = [];
    let sentBeforeWait: unknown[] = [];
    const first = attempt({
      tryAcquire() {
        sentBeforeWait = [...heartbeats];
        return false;
      },
      release() {},
      inUse: 0,
    });
    // Heartbeats that come before the execution is known have no details.
    first.environment.on('heartbeat', (details: unknown) => details !== undefined && heartbeats.push(details));
    await first.cancelItem(name);
    const execution = world.client.workflow.getHandle(workflowIdOf(SERVICE, name));
    const { runId } = await execution.describe();
    assert.deepEqual(sentBeforeWait, [{ name, workflowId: execution.workflowId, runId }]);

    await execution.result();
    const second = attempt(
      createSemaphore(() => 1),
      { attempt: 2, heartbeatDetails: sentBeforeWait[0] },
    );
    assert.deepEqual(await second.cancelItem(name), { kind: 'ended', outcome: 'CANCELLED', won: true });
    assert.equal((await execution.describe()).runId, runId);
    assert.equal(world.cancels(name), 1);
  });

  test('an attempt whose worker shuts down ends at once, to be retried', async () => {
    const run = await startRun('ignored');
    const { environment, awaitItem } = attempt(createSemaphore(() => 1));
    const failed = failureOf(() => awaitItem(run));
    environment.cancel('WORKER_SHUTDOWN');
    const { type, category, nextRetryDelay, nonRetryable } = await failed;
    assert.deepEqual(
      { type, category, nextRetryDelay, nonRetryable },
      { type: 'OperationRunning', category: 'BENIGN', nextRetryDelay: 1, nonRetryable: false },
    );
  });
});

/** The client, with its requests for histories counted. */
function countHistoryRequests(client: Client) {
  let count = 0;
  const workflowService = new Proxy(client.workflowService, {
    get(target, key) {
      if (key === 'getWorkflowExecutionHistory') count++;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const counting = new Proxy(client, {
    get: (target, key) => (key === 'workflowService' ? workflowService : Reflect.get(target, key)),
  });
  return { client: counting, count: () => count };
}

async function failureOf(call: () => Promise<unknown>): Promise<ApplicationFailure> {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure, String(error));
    return error;
  }
  return assert.fail('it did not fail');
}
