import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { closeChecked, eventsOf, until } from '../../support/history.js';
import { answered, arrived, endAfter } from '../../support/moments.js';
import { isAtLeast, pausesOf } from '../../support/pauses.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('the interval between polls', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const ownCollection = () => ({ collection: randomUUID() });

  test('is that of polling where the service has no wait', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, ownCollection());
    const handle = await world.start('watchOperation', { name, polling: { initialInterval: '400ms' } });
    await endAfter(world, name, 'get', {}, 8);
    const result = await handle.result();
    assert.equal(result.polls, world.polls(name));
    const pauses = pausesOf(world, name, 'get').slice(2);
    assert.ok(
      pauses.every((pause) => isAtLeast(pause, 400)),
      `pauses of ${String(pauses)} ms`,
    );
  });

  test('grows with the coefficient up to the maximum', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, ownCollection());
    const polling = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '800ms' };
    const handle = await world.start('watchOperation', { name, polling });
    await endAfter(world, name, 'get', {}, 8);
    await handle.result();
    const pauses = pausesOf(world, name, 'get');
    // The last ones have as many polls before them as the interval needs to grow.
    assert.ok(
      pauses.slice(-2).every((pause) => isAtLeast(pause, 800)),
      `pauses of ${String(pauses)} ms`,
    );
  });

  test('is a timer of Temporal if it is several seconds long', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, ownCollection());
    const handle = await world.start('watchOperation', { name, polling: { initialInterval: '4s' } });
    await endAfter(world, name, 'get', {}, 3);
    const result = await handle.result();
    assert.ok(isAtLeast(pausesOf(world, name, 'get').at(-1), 4_000));
    const attempts = (await eventsOf(handle)).map(
      ({ activityTaskStartedEventAttributes: started }) => started?.attempt ?? 0,
    );
    assert.ok(Math.max(...attempts) > 1, 'no worker held it');
    assert.equal(result.polls, world.polls(name));
  });

  test('is ended by an operator who resets the activity', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, ownCollection());
    const handle = await world.start('watchOperation', { name, polling: { initialInterval: '10m' } });
    const { namespace } = world.client.options;
    const { workflowId } = handle;
    // Its first poll found that there is no wait. Now it is in back-off.
    await until(
      async () => (await handle.describe()).raw.pendingActivities?.[0],
      (pending) => pending?.nextAttemptScheduleTime != null,
    );
    world.emulator.complete(name, {});
    await world.client.workflowService.resetActivity({ namespace, execution: { workflowId }, id: 'await' });
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
  });

  test('is none where the service has wait: a long poll sees the end when it comes', async () => {
    const name = world.operation({}, ownCollection());
    const handle = await world.start('watchOperation', { name, polling: { initialInterval: '10ms' } });
    await arrived(world, name, 'wait');
    const before = world.polls(name);
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.equal(world.polls(name), before, 'the wait that was under way brought it');
    assert.equal(result.polls, world.polls(name));
    assert.ok(result.polls <= 3, `${result.polls} polls`);
    const [wait] = world.emulator.requests(name, 'wait');
    assert.match(wait?.url ?? '', /:wait\?timeout=[\d.]+s$/);
  });

  for (const waitSupported of ['unimplemented', 'no-route'] as const) {
    test(`where wait is ${waitSupported}, one wait is sent for the collection, and get from then on`, async () => {
      const collection = ownCollection();
      const first = world.operation({ waitSupported }, collection);
      const handle = await world.start('watchOperation', { name: first });
      await endAfter(world, first, 'get', {}, 3);
      const result = await handle.result();
      assert.equal(world.emulator.requests(first, 'wait').length, 1);
      assert.equal(result.polls, world.polls(first), 'the wait that was refused counts too');
      const second = world.operation({ waitSupported }, collection);
      const other = await world.start('watchOperation', { name: second });
      await endAfter(world, second, 'get', {}, 2);
      await other.result();
      assert.equal(world.emulator.requests(second, 'wait').length, 0);
    });
  }

  test('is kept where wait answers at once', async () => {
    const name = world.operation({ waitSupported: 'returns-at-once', onCancel: { kind: 'ignored' } }, ownCollection());
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'poll', 6);
    world.emulator.complete(name, {});
    const result = await handle.result();
    const pauses = pausesOf(world, name).slice(1);
    assert.ok(
      pauses.every((pause) => isAtLeast(pause, 200)),
      `pauses of ${String(pauses)} ms`,
    );
    assert.equal(result.polls, world.polls(name));
  });
});
