import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { workflowIdOf } from '../../../contract/workflow-id.js';
import { closeChecked, timersOf, until } from '../../support/history.js';
import { answered, endAfter } from '../../support/moments.js';
import { type Input, signalWithStart, startWith, updateWithStart } from '../../support/starts.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../../support/world.js';

describe('a cancel starts an execution, or joins and aborts the running one', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const wins = { onCancel: { kind: 'wins', afterMs: 300 } } as const;

  test('signal-with-start starts a cancel, and counts as one abort', async () => {
    const name = world.operation(wins);
    const handle = await signalWithStart(world, { name, reason: 'budget' }, [{ reason: 'budget', requestedBy: 'ops' }]);
    const { outcome, cancellation } = await handle.result();
    assert.equal(outcome, 'CANCELLED');
    assert.equal(cancellation.aborts, 1);
    assert.equal(cancellation.reason, 'budget');
    assert.equal(cancellation.requestedBy, 'ops');
    assert.equal(cancellation.won, true);
    assert.equal(world.cancels(name), 1);
  });

  test('update-with-start starts a cancel, answers with the status, and counts as one abort', async () => {
    const name = world.operation(wins);
    const { handle, status } = await updateWithStart(world, { name }, [{ reason: 'budget', requestedBy: 'ops' }]);
    assert.equal(status.name, name);
    assert.equal(status.cancellation.aborts, 1);
    assert.equal(status.cancellation.reason, 'budget');
    const { outcome, cancellation } = await handle.result();
    assert.equal(outcome, 'CANCELLED');
    assert.equal(cancellation.aborts, 1);
    assert.equal(cancellation.reason, 'budget');
    assert.equal(cancellation.requestedBy, 'ops');
    assert.equal(world.cancels(name), 1);
  });

  for (const [way, join] of [
    ['signal-with-start', (w: World, input: Input, abort: unknown[]) => signalWithStart(w, input, abort)],
    ['update-with-start', (w: World, input: Input, abort: unknown[]) => updateWithStart(w, input, abort)],
  ] as const) {
    test(`${way} of a cancel aborts the running watcher, and its options are ignored`, async () => {
      const name = world.operation({ onCancel: { kind: 'ignored' } });
      const watcher = await world.start('watchOperation', { name });
      const { runId } = await watcher.describe();
      await answered(world, name, 'poll');
      const options = {
        name,
        timeout: '1ms',
        resendCancelAfter: '1ms',
        whenNotCancellable: 'return',
        notFoundGrace: 0,
      };
      await join(world, options, [{ reason: 'budget' }]);
      await answered(world, name, 'cancel');
      const description = await watcher.describe();
      assert.equal(description.type, 'watchOperation');
      assert.equal(description.runId, runId);
      // The timers are those of the watcher: its cancel is sent again in five minutes.
      const timers = await until(
        () => timersOf(watcher),
        (all) => all.length > 0,
      );
      assert.ok(
        timers.every((ms) => ms > 240_000),
        `timers of ${String(timers)} ms`,
      );
      world.emulator.complete(name, { error: { code: 1 } });
      const { outcome, cancellation } = await watcher.result();
      assert.equal(outcome, 'CANCELLED');
      assert.equal(cancellation.aborts, 1);
      assert.equal(cancellation.reason, 'budget');
      assert.equal(world.cancels(name), 1);
    });

    test(`${way} of a cancel joins a running cancel, and only adds to its aborts`, async () => {
      const name = world.operation({ onCancel: { kind: 'ignored' } });
      const handle = await world.start('cancelOperation', { name, reason: 'first' });
      await answered(world, name, 'cancel');
      await join(world, { name, reason: 'second' }, [{ reason: 'second', requestedBy: 'late' }]);
      world.emulator.complete(name, { error: { code: 1 } });
      const { cancellation } = await handle.result();
      assert.equal(cancellation.aborts, 2);
      assert.equal(cancellation.reason, 'first');
      assert.equal(cancellation.requestedBy, undefined);
      assert.equal(world.cancels(name), 1);
    });
  }

  test('two concurrent update-with-starts are one execution, one cancel and two aborts', async () => {
    const name = world.operation(wins);
    const [one, other] = await Promise.all([
      updateWithStart(world, { name }, [{ reason: 'one' }]),
      updateWithStart(world, { name }, [{ reason: 'other' }]),
    ]);
    assert.equal(one.handle.workflowId, other.handle.workflowId);
    const { outcome, cancellation } = await one.handle.result();
    assert.equal(outcome, 'CANCELLED');
    assert.equal(cancellation.aborts, 2);
    assert.equal(world.cancels(name), 1);
  });

  test('a plain start joins a watcher and cancels nothing', async () => {
    const name = world.operation();
    const watcher = await world.start('watchOperation', { name });
    await answered(world, name, 'poll');
    const joined = await world.start('cancelOperation', { name, timeout: '1ms' });
    assert.equal(joined.workflowId, watcher.workflowId);
    assert.equal((await joined.describe()).type, 'watchOperation');
    const status = await world.status(joined);
    assert.equal(status.cancellation.status, 'NOT_REQUESTED');
    assert.equal(status.cancellation.aborts, 0);
    world.emulator.complete(name, {});
    const result = await joined.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.deepEqual(await watcher.result(), result);
    assert.equal(world.cancels(name), 0);
  });

  test('a plain start joins a cancel and is no second abort', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const first = await world.start('cancelOperation', { name });
    await answered(world, name, 'cancel');
    await world.start('cancelOperation', { name });
    await world.start('watchOperation', { name });
    world.emulator.complete(name, {});
    assert.equal((await first.result()).cancellation.aborts, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('a watch by signal-with-start is aborted at once', async () => {
    const name = world.operation(wins);
    const handle = await signalWithStart(world, { name }, [{ reason: 'at once' }], 'watchOperation');
    const { outcome, cancellation } = await handle.result();
    assert.equal(outcome, 'CANCELLED');
    assert.equal(cancellation.aborts, 1);
    assert.equal(cancellation.reason, 'at once');
  });

  test('an invalid update that comes with the start is rejected, and the start cancels all the same', async () => {
    const name = world.operation(wins);
    await assert.rejects(updateWithStart(world, { name }, [{ reason: 7 }]), WorkflowUpdateFailedError);
    const id = workflowIdOf(SERVICE, name);
    const result = await world.client.workflow.result(id);
    assert.equal((result as { outcome: string }).outcome, 'CANCELLED');
    assert.equal((result as { cancellation: { aborts: number } }).cancellation.aborts, 1);
  });

  test('the workflow id of the contract can be used again once the workflow is closed', async () => {
    const name = world.operation(wins);
    const first = await world.start('cancelOperation', { name });
    const { runId } = await first.describe();
    assert.equal(first.workflowId, `operation:${SERVICE}:${name.replaceAll('/', ':')}`);
    assert.equal((await first.result()).wasAlreadyDone, false);
    const second = await world.start('cancelOperation', { name });
    assert.notEqual((await second.describe()).runId, runId);
    assert.equal((await second.result()).wasAlreadyDone, true);
    assert.equal(world.cancels(name), 1);
  });

  test('the workflow works under any id', async () => {
    const name = world.operation(wins);
    const handle = await startWith(world, 'cancelOperation', [{ name }]);
    assert.equal((await handle.result()).outcome, 'CANCELLED');
  });

  test('a starter cannot pass in the progress of a continued run', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const forged = {
      startedAt: 0,
      aborts: 99,
      status: 'ACCEPTED',
      timesSent: 99,
      polls: 99,
      wasAlreadyDone: true,
    };
    const handle = await startWith(world, 'cancelOperation', [{ name }, forged]);
    await endAfter(world, name, 'cancel', {});
    const result = await handle.result();
    assert.equal(result.cancellation.aborts, 1);
    assert.equal(result.cancellation.timesSent, 1);
    assert.equal(result.polls, world.polls(name));
    assert.equal(result.wasAlreadyDone, false);
  });
});
