import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure, WorkflowUpdateFailedError } from '@temporalio/client';
import { closeChecked, kindsOf, until } from '../../support/history.js';
import { answered } from '../../support/moments.js';
import { abortBySignal, adjust } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('adjust', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  async function watched(input: Record<string, unknown> = {}, script: Parameters<World['operation']>[0] = {}) {
    const name = world.operation(script);
    const handle = await world.start('watchOperation', { name, ...input });
    await answered(world, name, 'poll');
    return { name, handle, startedAt: Date.parse((await world.status(handle)).startedAt) };
  }

  test('sets abortAfter from the start of the workflow, and answers with when it is due', async () => {
    const { name, handle, startedAt } = await watched({ abortAfter: '5h' }, { onCancel: { kind: 'wins' } });
    const status = await adjust(handle, { abortAfter: '2h' });
    assert.equal(status.abortAt, new Date(startedAt + 2 * 3_600_000).toISOString());
    assert.equal((await adjust(handle, { abortAfter: 0 })).abortAt, undefined);
    await adjust(handle, { abortAfter: '1ms' });
    const { outcome, cancellation } = await handle.result();
    assert.equal(outcome, 'CANCELLED');
    assert.equal(cancellation.reason, 'it ran longer than 1ms');
    assert.equal(world.cancels(name), 1);
  });

  test('shortens the timeout of an operation that is followed without one', async () => {
    const { handle } = await watched();
    assert.match((await adjust(handle, { timeout: '1ms' })).timeoutAt ?? '', /Z$/);
    assert.equal((await handle.result()).outcome, 'STILL_RUNNING');
  });

  test('shortens the timeout where no poll was due before the old one', async () => {
    const { handle } = await watched(
      { timeout: '30m', polling: { initialInterval: '1h' } },
      { waitSupported: 'unimplemented' },
    );
    await until(
      () => handle.describe(),
      ({ raw }) => (raw.pendingActivities ?? []).length === 0,
    );
    await adjust(handle, { timeout: '1ms' });
    assert.equal((await handle.result()).outcome, 'STILL_RUNNING');
  });

  test('takes a timeout back that has passed, as long as no end is recorded', async () => {
    const { name, handle } = await watched();
    const untilIncludes = (kind: string, times: number) =>
      until(
        () => kindsOf(handle),
        (kinds) => kinds.filter((one) => one === kind).length === times,
      );
    await adjust(handle, { timeout: '1ms' });
    await untilIncludes('activityTaskCancelRequested', 1);
    assert.equal((await adjust(handle, { timeout: 0 })).timeoutAt, undefined);
    // Before that a poll that is under way could still see the end.
    await untilIncludes('activityTaskScheduled', 2);
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });

  test('an abort that comes after the timeout has passed is sent all the same', async () => {
    const { name, handle } = await watched({}, { onCancel: { kind: 'wins' } });
    await adjust(handle, { timeout: '1ms' });
    await abortBySignal(handle);
    const { cancellation } = await handle.result();
    assert.equal(cancellation.timesSent, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('sends the cancel again sooner, and not at all after 0', async () => {
    const { name, handle } = await watched({ resendCancelAfter: '5h' }, { onCancel: { kind: 'ignored' } });
    await abortBySignal(handle);
    const sent = await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent === 1,
    );
    assert.match(sent.resendAt ?? '', /Z$/);
    await adjust(handle, { resendCancelAfter: '1ms' });
    await answered(world, name, 'cancel', 2);
    assert.equal((await adjust(handle, { resendCancelAfter: 0 })).resendAt, undefined);
    world.emulator.complete(name, {});
    await handle.result();
  });

  const BAD: [unknown, RegExp][] = [
    [{ abortAfter: 'soon' }, /abortAfter: must be a duration/],
    [{ timeout: -1 }, /timeout: must be a duration/],
    [{ resendCancelAfter: '5' }, /resendCancelAfter: must be a duration/],
    [{ polling: {} }, /polling: is not a field/],
    [[], /is an array/],
    [undefined, /must be a JSON object/],
  ];

  test('refuses bad input and names the field, and what it had before stays', async () => {
    const { name, handle } = await watched({ abortAfter: '5h' });
    const { abortAt } = await world.status(handle);
    for (const [input, message] of BAD)
      await assert.rejects(adjust(handle, input), (error: unknown) => {
        assert.ok(error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure);
        assert.equal(error.cause.type, 'INVALID_ARGUMENT');
        assert.match(error.cause.message, message);
        return true;
      });
    assert.equal((await world.status(handle)).abortAt, abortAt);
    world.emulator.complete(name, {});
    await handle.result();
  });
});

describe('the requests of a cancellation', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('hold the time, the reason and the requester of the first 20 that asked', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name, reason: 'first', requestedBy: 'ops' });
    await answered(world, name, 'cancel');
    for (let index = 2; index <= 22; index++) await abortBySignal(handle, { reason: `number ${index}` });
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.aborts === 22,
    );
    world.emulator.complete(name, {});
    const { requests = [], aborts, requestedAt } = (await handle.result()).cancellation;
    assert.equal(aborts, 22);
    assert.deepEqual(requests[0], { at: requestedAt, reason: 'first', requestedBy: 'ops' });
    assert.equal(requests.length, 20);
    assert.equal(requests[19]?.reason, 'number 20');
  });
});
