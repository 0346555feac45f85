import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ScriptedResult } from '../../../emulator/index.js';
import { closeChecked } from '../../support/history.js';
import { abortBySignal, signalWithStart, updateWithStart } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('an operation that is done at the first poll is recorded, and nothing is sent', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const ends: [ScriptedResult, string][] = [
    [{ error: { code: 1 } }, 'CANCELLED'],
    [{ response: { '@type': 'x' } }, 'COMPLETED'],
    [{}, 'COMPLETED'],
    [{ error: { code: 10 } }, 'FAILED'],
  ];
  for (const [shown, outcome] of ends) {
    test(`${JSON.stringify(shown)} is ${outcome}, and the cancel is NOT_REQUESTED with who asked and why`, async () => {
      const name = world.operation({ completesAfterMs: 0, result: shown });
      const input = { name, reason: 'budget', requestedBy: 'ops' };
      const result = await (await world.start('cancelOperation', input)).result();
      assert.equal(result.outcome, outcome);
      assert.equal(result.wasAlreadyDone, true);
      const { status, won, aborts, timesSent, reason, requestedBy } = result.cancellation;
      assert.deepEqual(
        { status, won, aborts, timesSent, reason, requestedBy },
        {
          status: 'NOT_REQUESTED',
          won: false,
          aborts: 1,
          timesSent: 0,
          reason: 'budget',
          requestedBy: 'ops',
        },
      );
      assert.equal(result.cancellation.acceptedAt, undefined);
      assert.equal(world.cancels(name), 0);
      assert.equal(world.emulator.requests(name).length, 1);
      assert.equal(result.polls, 1);
    });
  }

  test('a watcher records it too, without any abort', async () => {
    const name = world.operation({ completesAfterMs: 0, result: { error: { code: 1 } } });
    const result = await (await world.start('watchOperation', { name })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.wasAlreadyDone, true);
    assert.deepEqual(result.cancellation, { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 });
    assert.equal(world.emulator.requests(name).length, 1);
  });

  test('update-with-start and signal-with-start send nothing either', async () => {
    const [one, other] = [0, 0].map(() => world.operation({ completesAfterMs: 0 }));
    assert.ok(one !== undefined && other !== undefined);
    const [updated, signalled] = await Promise.all([
      updateWithStart(world, { name: one }, [{ reason: 'late' }]).then(({ handle }) => handle),
      signalWithStart(world, { name: other }, [{ reason: 'late' }]),
    ]);
    for (const handle of [updated, signalled]) {
      const result = await handle.result();
      assert.equal(result.wasAlreadyDone, true);
      assert.equal(result.cancellation.status, 'NOT_REQUESTED');
      assert.equal(result.cancellation.aborts, 1);
      assert.equal(result.cancellation.reason, 'late');
    }
    assert.equal(world.cancels(one) + world.cancels(other), 0);
  });

  test('an operation that becomes visible as done was already done', async () => {
    const name = world.operation({ completesAfterMs: 0, result: { error: { code: 1 } } });
    world.emulator.fail({ kind: 'status', code: 'NOT_FOUND', name, method: 'get', times: 2 });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.wasAlreadyDone, true);
    assert.equal(result.cancellation.won, false);
    assert.equal(world.cancels(name), 0);
    assert.equal(result.polls, world.polls(name));
  });

  test('an abort during the first poll is counted, and nothing is sent', async () => {
    const name = world.operation({ completesAfterMs: 0 });
    world.emulator.fail({ kind: 'late-answer', afterMs: 2_000, name, times: 1 });
    const handle = await world.start('watchOperation', { name });
    await world.emulator.waitFor((log) => log.some((entry) => entry.name === name));
    await abortBySignal(handle, { reason: 'too late' });
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.wasAlreadyDone, true);
    assert.equal(result.cancellation.status, 'NOT_REQUESTED');
    assert.equal(result.cancellation.aborts, 1);
    assert.equal(result.cancellation.reason, 'too late');
    assert.equal(world.cancels(name), 0);
    // The abort arrives during the workflow task with the poll. That task then runs again, and polls again.
    assert.ok(result.polls >= 1 && result.polls <= world.polls(name));
  });
});
