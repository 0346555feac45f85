import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked } from '../../support/history.js';
import { answered, arrived } from '../../support/moments.js';
import { isAtLeast } from '../../support/pauses.js';
import { abortBySignal } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('an operation that is not found any more', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  for (const [how, waitSupported] of [
    ['wait', true],
    ['get', 'unimplemented'],
  ] as const) {
    test(`is LOST after it was seen and is a 404 for the whole grace, polled by ${how}`, async () => {
      const name = world.operation({ waitSupported }, { collection: how });
      const handle = await world.start('watchOperation', { name, notFoundGrace: '1500ms' });
      await arrived(world, name, 'wait');
      world.emulator.expire(name);
      const result = await handle.result();
      assert.equal(result.outcome, 'LOST');
      assert.equal(result.wasAlreadyDone, false);
      assert.equal(result.operation?.done, false, 'as it was last seen');
      assert.deepEqual(result.cancellation, { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 });
      const missing = world.emulator.requests(name).filter(({ status }) => status === 404);
      const lasted = Date.parse(result.finishedAt) - (missing[0]?.at ?? 0);
      assert.ok(missing.length >= 2, `${missing.length} times 404`);
      assert.ok(isAtLeast(lasted, 1_500), `over ${lasted} ms`);
      assert.equal(result.polls, world.polls(name));
    });
  }

  test('after an accepted cancel is LOST and not CANCELLED: nobody saw it', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name, notFoundGrace: '500ms' });
    await answered(world, name, 'cancel');
    world.emulator.expire(name);
    const result = await handle.result();
    assert.equal(result.outcome, 'LOST');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.won, false);
    assert.equal(result.polls, world.polls(name));
  });

  test('before the cancel was sent is LOST, and the 404 to the cancel is REFUSED', async () => {
    const name = world.operation();
    const handle = await world.start('watchOperation', { name, notFoundGrace: '10s' });
    await answered(world, name, 'poll');
    world.emulator.expire(name);
    await abortBySignal(handle);
    const result = await handle.result();
    assert.equal(result.outcome, 'LOST');
    assert.equal(result.cancellation.status, 'REFUSED');
    assert.equal(result.cancellation.error?.status, 'NOT_FOUND');
    assert.equal(result.cancellation.timesSent, world.cancels(name));
  });

  test('with return, it is polled after a JSON 404 to the cancel until the grace is over', async () => {
    const name = world.operation();
    world.emulator.fail({ kind: 'late-answer', afterMs: 300, name, method: 'get', times: 1 });
    const handle = await world.start('cancelOperation', { name, notFoundGrace: '1500ms' });
    // It expires after the first poll was carried out, and before the cancel is sent.
    await world.emulator.waitFor((log) => log.some((entry) => entry.name === name && entry.fault !== undefined));
    world.emulator.expire(name);
    const result = await handle.result();
    assert.equal(result.outcome, 'LOST');
    assert.equal(result.cancellation.status, 'REFUSED');
    assert.equal(result.operation?.done, false);
  });

  test('with notFoundGrace 0 is LOST by the second 404, not the first', async () => {
    const name = world.operation();
    const handle = await world.start('watchOperation', { name, notFoundGrace: 0 });
    await answered(world, name, 'poll');
    world.emulator.expire(name);
    const result = await handle.result();
    assert.equal(result.outcome, 'LOST');
    const missing = world.emulator.requests(name).filter(({ status }) => status === 404);
    assert.ok(missing.length >= 2, `${missing.length} times 404`);
  });

  test('for less than the grace, and then seen again, is not LOST', async () => {
    const name = world.operation({}, { collection: 'seen-again' });
    const method = ['get', 'wait'] as const;
    world.emulator.fail({ kind: 'status', code: 'NOT_FOUND', name, method, skip: 1, times: 3 });
    const handle = await world.start('watchOperation', { name, notFoundGrace: '2m' });
    await answered(world, name, 'poll', 5);
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.polls, world.polls(name));
  });

  test('twice, each time for less than the grace, is not LOST', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, { collection: 'twice' });
    const handle = await world.start('watchOperation', {
      name,
      notFoundGrace: '1500ms',
      polling: { initialInterval: '1s' },
    });
    for (let time = 1; time <= 2; time++) {
      world.emulator.fail({ kind: 'status', code: 'NOT_FOUND', name, method: 'get', skip: 1, times: 1 });
      await world.emulator.waitFor(
        (log) => log.filter((entry) => entry.name === name && entry.status === 404).length === time,
      );
    }
    await answered(world, name, 'get', world.emulator.requests(name, 'get').length + 1);
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });

  test('is not LOST for an HTML 404, which is a wrong host or path and says nothing of the operation', async () => {
    const name = world.operation({}, { collection: 'pages' });
    world.emulator.fail({ kind: 'html', status: 404, name, method: ['get', 'wait'], skip: 1, times: 3 });
    const handle = await world.start('watchOperation', { name, notFoundGrace: 0 });
    await answered(world, name, 'poll', 5);
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.polls, world.polls(name));
  });
});
