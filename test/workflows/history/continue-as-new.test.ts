import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { defineSearchAttributeKey } from '@temporalio/common';
import { startTemporal } from '../../../devserver/index.js';
import { closeChecked, eventsOf, until } from '../../support/history.js';
import { answered, arrived, endAfter } from '../../support/moments.js';
import { isAtLeast, pausesOf } from '../../support/pauses.js';
import { abortBySignal, abortByUpdate, signalWithStart } from '../../support/starts.js';
import { type Handle, startWorld, TOGETHER, type World } from '../../support/world.js';

/** Every cancellation has more events, so that it continues as new at least once. */
const FEW_EVENTS = 8;

describe('a workflow that continued as new in the middle', TOGETHER, () => {
  let world: World;
  const earlier: Handle[] = [];
  before(async () => {
    world = await startWorld(
      {},
      await startTemporal({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': FEW_EVENTS } }),
    );
  });
  after(() => closeChecked(world, earlier));

  /** The number of runs of an execution. The earlier ones are collected, to be checked too. */
  async function countRuns(workflowId: string, firstRunId: string): Promise<number> {
    for (let count = 1, runId = firstRunId; ; count++) {
      const run: Handle = world.client.workflow.getHandle(workflowId, runId);
      const last = (await eventsOf(run)).at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
      if (!last) return count;
      earlier.push(run);
      runId = last.newExecutionRunId ?? '';
    }
  }

  async function started(
    type: 'cancelOperation' | 'watchOperation',
    input: { name: string } & Record<string, unknown>,
  ) {
    const handle = await world.start(type, input);
    const { runId } = await handle.describe();
    return {
      handle,
      checkContinued: async () => assert.ok((await countRuns(handle.workflowId, runId)) > 1, 'it continued as new'),
    };
  }

  for (const [what, shown, outcome, won] of [
    ['wins', { error: { code: 1 } }, 'CANCELLED', true],
    ['loses', { response: { '@type': 'x', value: 7 } }, 'COMPLETED', false],
    ['fails', { error: { code: 10, message: 'Aborted.' } }, 'FAILED', false],
  ] as const) {
    test(`has the outcome of a cancel that ${what}, and the complete record`, async () => {
      const name = world.operation({ onCancel: { kind: 'ignored' } });
      const { handle, checkContinued } = await started('cancelOperation', {
        name,
        reason: 'budget',
        requestedBy: 'ops',
      });
      await arrived(world, name, 'wait', 2);
      world.emulator.complete(name, shown);
      const result = await handle.result();
      await checkContinued();
      assert.equal(result.outcome, outcome);
      assert.equal(result.wasAlreadyDone, false);
      const { status, reason, requestedBy, aborts, timesSent } = result.cancellation;
      assert.deepEqual(
        { status, won: result.cancellation.won, reason, requestedBy, aborts, timesSent },
        { status: 'ACCEPTED', won, reason: 'budget', requestedBy: 'ops', aborts: 1, timesSent: 1 },
      );
      assert.equal(world.cancels(name), 1, 'the next run sends nothing again');
      assert.equal(result.polls, world.polls(name));
      const times = [
        result.startedAt,
        result.cancellation.requestedAt,
        result.cancellation.acceptedAt,
        result.finishedAt,
      ].map(String);
      assert.deepEqual(times, times.toSorted());
      const { memo, typedSearchAttributes } = await handle.describe();
      assert.deepEqual(memo, { operation: name, reason: 'budget', requestedBy: 'ops', outcome, won });
      assert.equal(typedSearchAttributes.get(defineSearchAttributeKey('GoogleOperationOutcome', 'KEYWORD')), outcome);
      assert.equal(typedSearchAttributes.get(defineSearchAttributeKey('GoogleOperationName', 'KEYWORD')), name);
    });
  }

  test('counts the aborts of all runs, and records the first one', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const { handle, checkContinued } = await started('watchOperation', { name });
    await arrived(world, name, 'wait');
    await abortBySignal(handle, { reason: 'first', requestedBy: 'ops' });
    await answered(world, name, 'cancel');
    for (let count = 1; count <= 3; count++) {
      await abortBySignal(handle, { reason: `later ${count}` });
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.aborts === count + 1,
      );
    }
    assert.equal((await abortByUpdate(handle)).cancellation.aborts, 5);
    await signalWithStart(world, { name }, [{ reason: 'joined' }]);
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.aborts === 6,
    );
    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    await checkContinued();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.aborts, 6);
    assert.equal(result.cancellation.reason, 'first');
    assert.equal(result.cancellation.requestedBy, 'ops');
    assert.equal(world.cancels(name), 1);
    assert.equal(result.cancellation.won, true);
  });

  test('loses none of many concurrent aborts', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const { handle, checkContinued } = await started('watchOperation', { name });
    await answered(world, name, 'poll');
    await Promise.all(Array.from({ length: 20 }, () => abortBySignal(handle, { reason: 'r' })));
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.aborts === 20,
    );
    await endAfter(world, name, 'cancel', {});
    assert.equal((await handle.result()).cancellation.aborts, 20);
    await checkContinued();
  });

  test('keeps its timeout from the start of the first run', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const { handle, checkContinued } = await started('cancelOperation', {
      name,
      timeout: '10s',
      resendCancelAfter: '600ms',
    });
    const result = await handle.result();
    await checkContinued();
    assert.equal(result.outcome, 'STILL_RUNNING');
    const took = Date.parse(result.finishedAt) - Date.parse(result.startedAt);
    assert.ok(took >= 10_000, `it took ${took} ms`);
    assert.ok(result.polls >= 1 && result.polls <= world.polls(name));
  });

  test('sends the cancel again at the same times, with doubled intervals', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const { handle, checkContinued } = await started('cancelOperation', { name, resendCancelAfter: '500ms' });
    await answered(world, name, 'cancel', 3);
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 3,
    );
    world.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    await checkContinued();
    assert.equal(result.cancellation.timesSent, 3);
    const [first, second] = pausesOf(world, name, 'cancel');
    assert.ok(isAtLeast(first, 500) && isAtLeast(second, 1_000), `pauses of ${first} and ${second} ms`);
  });

  test('keeps a refusal and its abortAfter', async () => {
    const name = world.operation({ onCancel: { kind: 'refused' } });
    const { handle, checkContinued } = await started('watchOperation', {
      name,
      abortAfter: '1s',
      reason: 'too long',
    });
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 1,
    );
    world.emulator.complete(name, {});
    const result = await handle.result();
    await checkContinued();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.cancellation.status, 'REFUSED');
    assert.equal(result.cancellation.error?.code, 9);
    assert.equal(result.cancellation.reason, 'too long');
    assert.equal(world.cancels(name), 1);
  });

  test("keeps the abort of Temporal's own cancellation", async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const { handle, checkContinued } = await started('watchOperation', { name });
    await arrived(world, name, 'wait');
    await handle.cancel();
    await endAfter(world, name, 'cancel', { error: { code: 1 } });
    const result = await handle.result();
    await checkContinued();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.aborts, 1);
    assert.equal((await handle.describe()).status.name, 'COMPLETED');
  });

  test('records LOST as without it', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const { handle, checkContinued } = await started('cancelOperation', { name, notFoundGrace: '1s' });
    await answered(world, name, 'cancel');
    world.emulator.expire(name);
    const result = await handle.result();
    await checkContinued();
    assert.equal(result.outcome, 'LOST');
    assert.equal(result.operation?.done, false);
  });

  test('records that the response was omitted', async () => {
    const name = world.operation({ responseBytes: 3_000_000, onCancel: { kind: 'ignored' } });
    const { handle, checkContinued } = await started('cancelOperation', { name });
    await arrived(world, name, 'wait', 2);
    world.emulator.complete(name, { response: { '@type': 'x' } });
    const result = await handle.result();
    await checkContinued();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.responseOmitted, true);
  });
});
