import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked, until } from '../../support/history.js';
import { answered } from '../../support/moments.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('the signal poll', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  test('polls at once while the next poll is an hour away, and the pending activity stays as it is', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' }, { collection: 'indexes' });
    const handle = await world.start('watchOperation', { name, polling: { initialInterval: '1h' } });
    const nextAttempt = async () => {
      const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
      return pending?.nextAttemptScheduleTime ?? undefined;
    };
    const before = await until(nextAttempt, (time) => time !== undefined);
    const polls = world.polls(name);
    await handle.signal('poll');
    await answered(world, name, 'poll', polls + 1);
    await until(
      () => world.status(handle),
      (status) => status.polls === 2,
    );
    assert.deepEqual(await nextAttempt(), before);
    world.emulator.complete(name, {});
    await handle.signal('poll');
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.polls, world.polls(name));
  });
});
