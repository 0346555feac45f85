import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startWorld, type World } from '../support/world.js';

describe('the outcome is what Google shows', { concurrency: true }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  test('an operation whose cancel wins is CANCELLED, and the cancellation won', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 800 } });
    const handle = await world.start('cancelOperation', {
      name,
      reason: 'budget',
      requestedBy: 'ops@example.com',
    });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.deepEqual(
      { ...result.cancellation, requestedAt: '', acceptedAt: '' },
      {
        status: 'ACCEPTED',
        won: true,
        reason: 'budget',
        requestedBy: 'ops@example.com',
        requestedAt: '',
        acceptedAt: '',
        aborts: 1,
        timesSent: 1,
      },
    );
    assert.equal(result.operation?.error?.code, 1);
    assert.equal(result.polls, world.looks(name));
    assert.equal(world.cancels(name), 1);
  });

  test('an operation that completes despite an accepted cancel is COMPLETED, and the cancellation did not win', async () => {
    const name = world.operation({
      completesAfterMs: 1_500,
      onCancel: { kind: 'loses' },
      result: { response: { '@type': 'x', value: 7 } },
    });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.cancellation.status, 'ACCEPTED');
    assert.equal(result.cancellation.won, false);
    assert.deepEqual(result.operation?.response, { '@type': 'x', value: 7 });
    assert.equal(result.polls, world.looks(name));
  });
});
