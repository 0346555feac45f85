import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { closeChecked, eventsOf, kindsOf } from '../../support/history.js';
import { arrived, endAfter } from '../../support/moments.js';
import { type Input, signalWithStart, updateWithStart } from '../../support/starts.js';
import { type Handle, startWorld, TOGETHER, type World } from '../../support/world.js';

const MAX_EVENTS = 25;
const CANCELLED = { error: { code: 1 } };

const STARTS: [string, (world: World, input: Input) => Promise<Handle>][] = [
  ['a plain start', (world, input) => world.start('cancelOperation', input)],
  ['signal-with-start', (world, input) => signalWithStart(world, input, [{ reason: 'budget' }])],
  ['update-with-start', async (world, input) => (await updateWithStart(world, input, [{ reason: 'budget' }])).handle],
];

describe(
  `a cancellation that ends soon costs at most ${MAX_EVENTS} events, memo and search attribute among them`,
  TOGETHER,
  () => {
    let world: World;
    before(async () => {
      world = await startWorld();
    });
    after(() => closeChecked(world));

    const ownCollection = () => ({ collection: randomUUID() });

    async function checkLength(handle: Handle): Promise<void> {
      const kinds = await kindsOf(handle);
      assert.ok(kinds.length <= MAX_EVENTS, `${kinds.length} events:\n${kinds.join('\n')}`);
      assert.ok(kinds.includes('workflowPropertiesModified'), 'the memo is there');
      assert.ok(kinds.includes('upsertWorkflowSearchAttributes'), 'the search attribute is there');
      assert.equal(kinds.filter((kind) => kind === 'workflowExecutionCompleted').length, 1);
    }

    test('at most 14 where the operation ends within seconds, with only one activity', async () => {
      for (const script of [{}, { waitSupported: 'unimplemented' as const }]) {
        const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 }, ...script }, ownCollection());
        const handle = await world.start('cancelOperation', { name });
        const { outcome, polls } = await handle.result();
        assert.equal(outcome, 'CANCELLED');
        assert.equal(polls, world.polls(name));
        const kinds = await kindsOf(handle);
        assert.ok(kinds.length <= 14, kinds.join('\n'));
        assert.equal(kinds.filter((kind) => kind === 'activityTaskScheduled').length, 1);
      }
    });

    for (const [how, start] of STARTS) {
      test(`by ${how}, with wait`, async () => {
        const name = world.operation({ onCancel: { kind: 'ignored' } }, ownCollection());
        const handle = await start(world, { name });
        await arrived(world, name, 'wait');
        world.emulator.complete(name, CANCELLED);
        await handle.result();
        await checkLength(handle);
      });

      test(`by ${how}, by get, after many polls within an attempt`, async () => {
        const name = world.operation(
          { onCancel: { kind: 'ignored' }, waitSupported: 'unimplemented' },
          ownCollection(),
        );
        const handle = await start(world, { name, polling: { initialInterval: '50ms' } });
        await endAfter(world, name, 'get', CANCELLED, 30);
        const result = await handle.result();
        assert.ok(result.polls >= 30);
        await checkLength(handle);
      });

      test(`by ${how}, by get, after polls in several attempts`, async () => {
        const name = world.operation(
          { onCancel: { kind: 'ignored' }, waitSupported: 'unimplemented' },
          ownCollection(),
        );
        const handle = await start(world, { name, polling: { initialInterval: '1600ms' } });
        await endAfter(world, name, 'get', CANCELLED, 3);
        await handle.result();
        await checkLength(handle);
      });

      test(`by ${how}, where the operation was not visible at first`, async () => {
        const name = world.operation({ onCancel: { kind: 'ignored' } }, ownCollection());
        world.emulator.fail({ kind: 'status', code: 'NOT_FOUND', name, method: 'get', times: 2 });
        const handle = await start(world, { name });
        await endAfter(world, name, 'cancel', CANCELLED);
        await handle.result();
        await checkLength(handle);
      });

      test(`by ${how}, where each request fails once`, async () => {
        const name = world.operation({ onCancel: { kind: 'ignored' } }, ownCollection());
        for (const method of ['cancel', 'wait'] as const)
          world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name, method, times: 1 });
        const handle = await start(world, { name });
        await arrived(world, name, 'wait', 2);
        world.emulator.complete(name, CANCELLED);
        await handle.result();
        await checkLength(handle);
      });
    }

    test('a watcher that is aborted costs at most ten more', async () => {
      const name = world.operation({ onCancel: { kind: 'wins', afterMs: 200 } }, ownCollection());
      const handle = await world.start('watchOperation', { name });
      await arrived(world, name, 'wait');
      await signalWithStart(world, { name }, [{ reason: 'budget' }]);
      await handle.result();
      const kinds = await kindsOf(handle);
      // Besides those of a cancellation: the signal, its workflow task, and the awaitOperation that started before.
      assert.ok(kinds.length <= MAX_EVENTS + 10, `${kinds.length} events:\n${kinds.join('\n')}`);
    });

    test('each cancel sent again costs about a dozen more', async () => {
      const name = world.operation({ onCancel: { kind: 'ignored' } }, ownCollection());
      const handle = await world.start('cancelOperation', { name, resendCancelAfter: '300ms' });
      await endAfter(world, name, 'cancel', CANCELLED, 3);
      const { cancellation } = await handle.result();
      const { length } = await eventsOf(handle);
      assert.ok(
        length <= MAX_EVENTS + 14 * (cancellation.timesSent - 1) + 6,
        `${length} events for ${cancellation.timesSent} cancels`,
      );
    });
  },
);
