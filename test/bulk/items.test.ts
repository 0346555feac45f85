import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createSemaphore, type Semaphore } from '../../activities/polling/semaphore.js';
import { closedRun, createBulkActivities } from '../../activities/bulk/bulk-activities.js';
import type { ChildReport, ChildRun } from '../../contract/activities.js';
import { workflowIdOf } from '../../contract/names.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';

describe('the activities of one item', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  /** An attempt of an activity, with the test's own client. */
  function attempt(holds: Semaphore, info: { attempt?: number; heartbeatDetails?: unknown } = {}) {
    const environment = new MockActivityEnvironment(
      { taskQueue: world.taskQueue, ...info },
      { client: world.client },
    );
    const { cancelItem, awaitItem } = createBulkActivities({ holds, operations: { check: () => undefined } });
    return {
      environment,
      cancelItem: (name: string): Promise<ChildReport> =>
        environment.run(cancelItem, { input: { name }, requestId: randomUUID() }),
      awaitItem: (run: ChildRun): Promise<ChildReport> => environment.run(awaitItem, run),
    };
  }

  async function begun(onCancel: 'ignored' | 'wins'): Promise<ChildRun> {
    const name = world.operation({ onCancel: { kind: onCancel } });
    const report = await attempt(createSemaphore(0)).cancelItem(name);
    assert.ok(report.kind === 'underWay');
    return report.run;
  }

  test('with a hold, a cancel that settles soon is one activity', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 500 } });
    assert.deepEqual(await attempt(createSemaphore(1)).cancelItem(name), {
      kind: 'ended',
      outcome: 'CANCELLED',
    });
  });

  test('without a hold nobody stays: cancelItem returns at once, awaitItem looks for a moment', async () => {
    const run = await begun('ignored');
    const failure = await failureOf(() => attempt(createSemaphore(0)).awaitItem(run));
    assert.equal(failure.type, 'OperationRunning');
    assert.equal(failure.category, 'BENIGN');
    assert.ok(Number(failure.nextRetryDelay) <= 1_100);
    const later = await failureOf(() => attempt(createSemaphore(0), { attempt: 9 }).awaitItem(run));
    assert.ok(Number(later.nextRetryDelay) >= 27_000, `${later.nextRetryDelay} ms`);
  });

  test('without a hold an end is brought back by the next look', async () => {
    const run = await begun('wins');
    for (;;) {
      try {
        const report = await attempt(createSemaphore(0)).awaitItem(run);
        assert.deepEqual(report, { kind: 'ended', outcome: 'CANCELLED' });
        return;
      } catch (error) {
        if (!(error instanceof ApplicationFailure)) throw error;
      }
    }
  });

  test('a wait that runs out costs a request or two', async () => {
    const run = await begun('ignored');
    const polls = countPolls(world.client);
    assert.equal(await closedRun(polls.client, run, Date.now() + 2_500), undefined);
    assert.ok(polls.count() <= 2, `${polls.count()} requests`);
  });

  test('what Temporal does not know is reported', async () => {
    const name = world.operation();
    const run = { name, workflowId: workflowIdOf(SERVICE, name), runId: undefined };
    const report = await attempt(createSemaphore(1)).awaitItem(run);
    assert.ok(report.kind === 'failed');
    assert.equal(report.type, 'NOT_FOUND');
  });

  test('a hold is given back', async () => {
    const holds = createSemaphore(1);
    for (let item = 0; item < 3; item++) {
      const report = await attempt(holds).cancelItem(world.operation());
      assert.equal(report.kind, 'ended');
    }
  });

  test('the execution is told to Temporal before it is waited for, and an attempt after a killed one starts no second', async () => {
    const name = world.operation();
    const beats: unknown[] = [];
    let beatsBefore: unknown[] = [];
    const first = attempt({
      tryAcquire() {
        beatsBefore = [...beats];
        return false;
      },
      release() {},
      inUse: 0,
    });
    first.environment.on('heartbeat', (details: unknown) => beats.push(details));
    await first.cancelItem(name);
    const execution = world.client.workflow.getHandle(workflowIdOf(SERVICE, name));
    const { runId } = await execution.describe();
    assert.deepEqual(beatsBefore, [{ name, workflowId: execution.workflowId, runId }]);

    await execution.result();
    const second = attempt(createSemaphore(1), { attempt: 2, heartbeatDetails: beatsBefore[0] });
    assert.deepEqual(await second.cancelItem(name), { kind: 'ended', outcome: 'CANCELLED' });
    assert.equal((await execution.describe()).runId, runId);
    assert.equal(world.cancels(name), 1);
  });

  test('an attempt that is ended hands back at once', async () => {
    const run = await begun('ignored');
    const { environment, awaitItem } = attempt(createSemaphore(1));
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
function countPolls(client: Client) {
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
