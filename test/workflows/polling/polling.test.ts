import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { closeChecked, until } from '../../support/history.js';
import { answered, arrived, endAfter, intervalsOf, timesOf } from '../../support/moments.js';
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
    assert.equal(result.polls, world.looks(name));
    const intervals = intervalsOf(timesOf(world, name, 'get')).slice(2);
    assert.ok(
      intervals.every((interval) => interval >= 380 && interval < 1_500),
      `intervals of ${String(intervals)} ms`,
    );
  });

  test('grows with the coefficient up to the maximum', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, ownCollection());
    const polling = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '800ms' };
    const handle = await world.start('watchOperation', { name, polling });
    await endAfter(world, name, 'get', {}, 8);
    await handle.result();
    const intervals = intervalsOf(timesOf(world, name, 'get'));
    const [last = 0, before = 0] = intervals.toReversed();
    assert.ok(last >= 780 && last < 2_000 && before >= 780, `intervals of ${String(intervals)} ms`);
    assert.ok(
      intervals.some((interval) => interval < 600),
      `it starts with shorter ones: ${String(intervals)}`,
    );
  });

  test('is a timer of Temporal if it is several seconds long', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, ownCollection());
    const handle = await world.start('watchOperation', { name, polling: { initialInterval: '4s' } });
    await endAfter(world, name, 'get', {}, 3);
    const result = await handle.result();
    const [interval = 0] = intervalsOf(timesOf(world, name, 'get')).toReversed();
    assert.ok(interval >= 3_950 && interval < 6_500, `an interval of ${interval} ms`);
    assert.equal(result.polls, world.looks(name));
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
    const endedAt = Date.now();
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.ok(Date.parse(result.finishedAt) - endedAt < 1_000);
    assert.equal(result.polls, world.looks(name));
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
      assert.equal(result.polls, world.looks(first), 'the wait that was refused counts too');
      const second = world.operation({ waitSupported }, collection);
      const other = await world.start('watchOperation', { name: second });
      await endAfter(world, second, 'get', {}, 2);
      await other.result();
      assert.equal(world.emulator.requests(second, 'wait').length, 0);
    });
  }

  test('is kept where wait answers at once', async () => {
    const name = world.operation(
      { waitSupported: 'returns-at-once', onCancel: { kind: 'ignored' } },
      ownCollection(),
    );
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'poll', 6);
    world.emulator.complete(name, {});
    const result = await handle.result();
    const intervals = intervalsOf(timesOf(world, name)).slice(1);
    assert.ok(
      intervals.every((interval) => interval >= 200),
      `intervals of ${String(intervals)} ms`,
    );
    assert.equal(result.polls, world.looks(name));
  });
});
