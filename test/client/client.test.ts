import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { abort, cancel, outcome, status, watch } from '../../client/index.js';
import { startWorld, type World } from '../support/world.js';

describe('the client library', { concurrency: true }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  const here = () => ({ taskQueue: world.taskQueue });

  test('a cancel of an operation that is watched aborts the watcher, and both hold one outcome', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
    const watcher = await watch(world.client, { name, reason: 'nightly' }, here());
    const canceller = await cancel(
      world.client,
      { name, reason: 'budget', requestedBy: 'ops@example.com' },
      here(),
    );
    assert.equal(canceller.workflowId, watcher.workflowId);
    const [seen, told] = await Promise.all([watcher.outcome(), canceller.outcome()]);
    assert.deepEqual(seen, told);
    assert.equal(told.outcome, 'CANCELLED');
    assert.equal(told.cancellation.reason, 'budget');
    assert.equal(told.cancellation.aborts, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('two cancels at the same time are one workflow, one cancel at Google and one outcome', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
    const both = await Promise.all([
      cancel(world.client, { name }, here()),
      cancel(world.client, { name }, here()),
    ]);
    const [one, other] = await Promise.all(both.map((followed) => followed.outcome()));
    assert.deepEqual(one, other);
    assert.equal(one?.cancellation.aborts, 2);
    assert.equal(one?.cancellation.timesSent, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('a second watch joins the first', async () => {
    const name = world.operation();
    const [one, other] = await Promise.all([
      watch(world.client, { name }, here()),
      watch(world.client, { name }, here()),
    ]);
    world.emulator.complete(name, {});
    assert.equal((await one.outcome()).startedAt, (await other.outcome()).startedAt);
  });

  test('an abort answers with the status, and of what is final with the outcome', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 200 } });
    const followed = await watch(world.client, { name }, here());
    const running = await abort(world.client, { name }, { reason: 'budget' });
    assert.notEqual(running.cancellation.status, 'NOT_REQUESTED');
    await followed.outcome();
    const ended = await abort(world.client, { name });
    assert.equal(ended.state, 'DONE');
    assert.equal(ended.outcome, 'CANCELLED');
    assert.equal(ended.cancellation.aborts, 1, 'nothing is left to ask for');
  });

  test('an abort with a bad field is refused by its name, and aborts nothing', async () => {
    const name = world.operation();
    await watch(world.client, { name }, here());
    const bad = { reason: 'x'.repeat(2_000) };
    await assert.rejects(abort(world.client, { name }, bad), {
      code: 'INVALID_ARGUMENT',
      message: /^reason: /,
    });
    assert.equal((await status(world.client, { name })).cancellation.status, 'NOT_REQUESTED');
    assert.equal(world.cancels(name), 0);
    world.emulator.complete(name);
    await outcome(world.client, { name });
  });

  test('the status counts the looks that the pending activity has made since', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' });
    const followed = await watch(world.client, { name, polling: { initialInterval: '50ms' } }, here());
    await world.emulator.waitFor(() => world.polls(name) >= 5);
    let now = await status(world.client, { name });
    while (now.polls < 4) now = await status(world.client, { name });
    assert.equal(now.state, 'WATCHING');
    assert.equal(now.pending?.activity, 'awaitOperation');
    world.emulator.complete(name);
    const result = await followed.outcome();
    assert.equal(result.polls, world.polls(name));
    assert.deepEqual((await status(world.client, { name })).outcome, 'COMPLETED');
  });

  test('what nobody follows is NOT_FOUND, and a bad name is INVALID_ARGUMENT', async () => {
    const unknown = { name: 'projects/p/locations/l/operations/unknown' };
    for (const ask of [outcome, status, abort]) {
      await assert.rejects(ask(world.client, unknown), { name: 'GoogleOperationsError', code: 'NOT_FOUND' });
      await assert.rejects(ask(world.client, { name: '../x' }), {
        code: 'INVALID_ARGUMENT',
        message: /^name: /,
      });
    }
    await assert.rejects(cancel(world.client, { name: 'a/b', timeout: 'soon' }, here()), {
      message: /^timeout: /,
    });
  });

  test('a workflow that failed says which way', async () => {
    const name = 'projects/p/locations/us-central1/operations/never-there';
    const followed = await cancel(world.client, { name, notFoundGrace: 0 }, here());
    await assert.rejects(followed.outcome(), { code: 'FAILED', failureType: 'NOT_FOUND' });
    await assert.rejects(status(world.client, { name }), { code: 'FAILED', failureType: 'NOT_FOUND' });
  });

  test('the search attributes and the memo tell the outcome to whoever lists workflows', async () => {
    const name = world.operation();
    const followed = await cancel(world.client, { name }, here());
    await followed.outcome();
    const description = await world.client.workflow.getHandle(followed.workflowId).describe();
    assert.deepEqual(description.memo, { operation: name, outcome: 'CANCELLED', won: true });
    assert.deepEqual(description.searchAttributes['GoogleOperationOutcome'], ['CANCELLED']);
    assert.deepEqual(description.searchAttributes['GoogleOperationName'], [name]);
  });
});
