import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { NativeConnection } from '@temporalio/worker';
import type { WorkerProcess } from '../../devserver/worker-process.js';
import { readWorkerConfig } from '../../config/worker-config.js';
import { workerOptions } from '../../worker/worker-options.js';
import { eventsOf, toMs } from '../support/history.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { type PendingActivity, WorkerHarness } from '../support/worker-harness.js';

// temporal.api.enums.v1.TimeoutType
const HEARTBEAT = 4;
// temporal.api.enums.v1.PendingActivityState
const STARTED = 2;

// These tests check the timers of Temporal that determine the length of a takeover; `npm run bench:recovery`
// measures it. They run one after the other: ten workers that start at once leave no time for heartbeats.
describe('when a worker ends, another continues', () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await testTemporal();
  });
  after(() => temporal.stop());

  async function harnessFor(t: TestContext): Promise<WorkerHarness> {
    const harness = await WorkerHarness.create(temporal.address);
    t.after(() => harness.close());
    await harness.ensureWorkers(2);
    return harness;
  }

  /** An operation in a long poll of a worker. */
  async function startPolled(harness: WorkerHarness) {
    const started = await harness.start('cancelOperation', { onCancel: { kind: 'ignored' } });
    await harness.untilRequested(started.name, 'wait');
    return { ...started, worker: await harness.workerOfActivity(started.handle, 'await') };
  }

  test('an attempt of a killed worker is retried after 7 s without a heartbeat and 1 s of backoff', async (t) => {
    const harness = await harnessFor(t);
    const { name, handle, worker } = await startPolled(harness);
    const { at } = await worker.kill();
    await harness.nextRequest(name, undefined, at);
    const { attempt, lastFailure } = await harness.pendingActivity(handle, 'await');
    assert.equal(attempt, 2);
    assert.equal(lastFailure?.timeoutFailureInfo?.timeoutType, HEARTBEAT);
    const events = await eventsOf(handle);
    const scheduled = events.findLast((event) => event.activityTaskScheduledEventAttributes);
    const { heartbeatTimeout, retryPolicy } = scheduled?.activityTaskScheduledEventAttributes ?? {};
    assert.deepEqual(
      [heartbeatTimeout, retryPolicy?.initialInterval].map((duration) => Number(duration?.seconds)),
      [7, 1],
    );
    assert.equal(retryPolicy?.backoffCoefficient, 1);
  });

  test('a workflow in the memory of a killed worker continues on another after at most 2 s', async (t) => {
    const harness = await harnessFor(t);
    const { name, handle } = await harness.start('watchOperation', { onCancel: { kind: 'ignored' } });
    await harness.untilRequested(name, 'wait');
    const worker = await harness.workerOfWorkflow(handle);
    const { at } = await worker.kill();
    await handle.signal('abort', {});
    await harness.nextRequest(name, 'cancel', at);
    assert.notEqual((await harness.workerOfWorkflow(handle)).pid, worker.pid);
    const config = readWorkerConfig({ OPERATIONS_EMULATOR_HOST: '127.0.0.1:1' });
    const options = await workerOptions(config, {} as NativeConnection);
    assert.equal(options.stickyQueueScheduleToStartTimeout, '2s');
  });

  test('a poll in backoff is sent on time although all workers were killed', async (t) => {
    const harness = await harnessFor(t);
    // Long enough for a busy machine to kill the workers before the poll, and to see what follows before the next.
    const polling = { initialInterval: '15s', backoffCoefficient: 1, maximumInterval: '15s' };
    const { name, handle } = await harness.start('watchOperation', { waitSupported: 'unimplemented' }, { polling });
    const { attempt, nextAttemptScheduleTime } = await harness.untilInBackoff(handle, 'await');
    const due = toMs(nextAttemptScheduleTime);
    await Promise.all(harness.workers.running.map((worker) => worker.kill()));
    await harness.workers.start();
    await harness.nextRequest(name, 'get', due - 1);
    const gets = harness.emulator.requests(name, 'get').filter(({ at }) => at >= due);
    assert.equal(gets.length, 1, 'no poll was sent before');
    const pending = await harness.untilInBackoff(handle, 'await');
    assert.equal(pending.attempt, Number(attempt) + 1, 'no attempt was lost');
  });

  test('a stopped worker lets another continue its poll at once, and ends with 0', async (t) => {
    const harness = await harnessFor(t);
    await assertImmediateRetry(harness, async () => {
      const { handle, worker } = await startPolled(harness);
      assert.equal((await worker.stop()).code, 0, worker.output);
      const continued = await harness.pendingActivity(
        handle,
        'await',
        ({ state, lastWorkerIdentity }) => state === STARTED && !hasIdentity(worker, lastWorkerIdentity),
      );
      return continued.lastFailure;
    });
  });

  test('a stopped worker lets another send an unanswered cancel again, and ends with 0', async (t) => {
    const harness = await harnessFor(t);
    await assertImmediateRetry(harness, async () => {
      harness.emulator.fail({ kind: 'never-answers', method: 'cancel', times: 1 });
      const { name, handle } = await harness.start('cancelOperation', {
        onCancel: { kind: 'wins', afterMs: 100 },
      });
      await harness.untilRequested(name, 'cancel');
      const worker = await harness.workerOfActivity(handle, 'cancel');
      assert.equal((await worker.stop()).code, 0, worker.output);
      assert.equal((await handle.result()).outcome, 'CANCELLED');
      const started = (await eventsOf(handle))
        .map((event) => event.activityTaskStartedEventAttributes)
        .find((attributes) => attributes?.lastFailure);
      return started?.lastFailure;
    });
  });

  /**
   * Asserts that an attempt, which a stopped worker left, ended with a request for an immediate retry. On a starved
   * machine Temporal may have given up the attempt before the worker was stopped: then it is tried with two new workers.
   * @param lastFailure tries it, and returns how the attempt ended
   */
  async function assertImmediateRetry(
    harness: WorkerHarness,
    lastFailure: () => Promise<PendingActivity['lastFailure']>,
  ): Promise<void> {
    let failure = await lastFailure();
    for (let tries = 1; tries < 4 && failure?.timeoutFailureInfo?.timeoutType === HEARTBEAT; tries += 1) {
      await harness.ensureWorkers(2);
      failure = await lastFailure();
    }
    const { nextRetryDelay } = failure?.applicationFailureInfo ?? assert.fail(JSON.stringify(failure));
    assert.equal(toMs(nextRetryDelay), 1);
  }
});

function hasIdentity({ pid }: WorkerProcess, identity: string | null | undefined): boolean {
  return identity?.startsWith(`${pid}@`) ?? false;
}
