import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { closeChecked } from '../../support/history.js';
import { answered, endAfter } from '../../support/moments.js';
import { abortByUpdate } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

const MB = 1_000_000;
const RESPONSE = { response: { '@type': 'x', value: 7 } };

describe('a body that is too large for Temporal is omitted, and the result says so', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  // A worker learns for each collection whether it has wait.
  for (const [how, waitSupported] of [
    ['wait', true],
    ['get', 'unimplemented'],
  ] as const) {
    const ownCollection = { collection: how };
    const usesFields = (name: string) => world.emulator.requests(name).filter(({ url }) => url.includes('fields='));

    test(`a response of 3 MB, seen by ${how}`, async () => {
      const metadata = { '@type': 'x' };
      const name = world.operation({ responseBytes: 3 * MB, waitSupported, metadata }, ownCollection);
      const handle = await world.start('watchOperation', { name });
      await endAfter(world, name, 'poll', RESPONSE);
      const result = await handle.result();
      assert.equal(result.outcome, 'COMPLETED');
      assert.equal(result.responseOmitted, true);
      assert.equal(result.operation?.response, undefined);
      assert.notEqual(result.operation?.metadata, undefined, 'small fields are kept');
      assert.equal(result.operation?.done, true);
      assert.equal(result.polls, world.polls(name));
    });

    test(`a response of 9 MB is read again with a field mask, seen by ${how}`, async () => {
      const name = world.operation({ responseBytes: 9 * MB, waitSupported }, ownCollection);
      const handle = await world.start('watchOperation', { name });
      await endAfter(world, name, 'poll', RESPONSE);
      const result = await handle.result();
      assert.equal(result.outcome, 'COMPLETED');
      assert.equal(result.responseOmitted, true);
      assert.equal(result.operation?.done, true);
      const [again] = usesFields(name);
      assert.match(decodeURIComponent(again?.url ?? ''), /\?fields=name,done,error$/);
      assert.equal(result.polls, world.polls(name));
    });

    test(`metadata of 3 MB while it is running, and a cancel that wins, seen by ${how}`, async () => {
      const name = world.operation(
        { metadataBytes: 3 * MB, onCancel: { kind: 'wins', afterMs: 300 }, waitSupported },
        ownCollection,
      );
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.cancellation.won, true);
      assert.equal(result.responseOmitted, true);
      assert.equal(result.operation?.metadata, undefined);
      assert.equal(result.operation?.error?.code, 1);
    });

    test(`metadata of 9 MB while it is running, and a cancel that wins, seen by ${how}`, async () => {
      const name = world.operation(
        { metadataBytes: 9 * MB, onCancel: { kind: 'wins', afterMs: 300 }, waitSupported },
        ownCollection,
      );
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.cancellation.won, true);
      assert.equal(result.responseOmitted, true);
      assert.ok(usesFields(name).length >= 2, 'at the first poll and at the last');
      assert.equal(result.polls, world.polls(name));
    });
  }

  test('metadata of 9 MB is not requested again by wait', async () => {
    const name = world.operation({ metadataBytes: 9 * MB }, { collection: 'large' });
    const handle = await world.start('watchOperation', { name });
    await endAfter(world, name, 'poll', RESPONSE, 4);
    assert.equal((await handle.result()).outcome, 'COMPLETED');
    assert.deepEqual(world.emulator.requests(name, 'wait'), []);
  });

  for (const bytes of [3 * MB, 9 * MB]) {
    test(`a response of ${bytes / MB} MB at the first poll`, async () => {
      const name = world.operation({ completesAfterMs: 0, responseBytes: bytes });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'COMPLETED');
      assert.equal(result.wasAlreadyDone, true);
      assert.equal(result.responseOmitted, true);
      assert.equal(world.cancels(name), 0);
      assert.equal(result.polls, world.polls(name));
    });
  }

  test('a body that is not too large is kept as it is', async () => {
    const name = world.operation({ responseBytes: 800_000, metadataBytes: 400_000 });
    const handle = await world.start('watchOperation', { name });
    await endAfter(world, name, 'poll', RESPONSE);
    const result = await handle.result();
    assert.equal(result.responseOmitted, false);
    assert.ok(JSON.stringify(result.operation?.response).length > 100_000);
    assert.notEqual(result.operation?.metadata, undefined);
  });

  test('an error with details of 3 MB is FAILED with its code and message', async () => {
    const name = world.operation();
    const handle = await world.start('watchOperation', { name });
    const details = [{ '@type': 'x', text: 'x'.repeat(3 * MB) }];
    await endAfter(world, name, 'poll', { error: { code: 9, message: 'No.', details } });
    const result = await handle.result();
    assert.equal(result.outcome, 'FAILED');
    assert.equal(result.operation?.error?.code, 9);
    assert.equal(result.operation?.error?.message, 'No.');
    assert.equal(result.responseOmitted, true);
  });

  test('a body over 8 MiB that a field mask does not make smaller is polled again', async () => {
    const name = world.operation();
    const fault = world.emulator.fail({ kind: 'huge-body', bytes: 9 * MB, name });
    const handle = await world.start('watchOperation', { name });
    await world.emulator.waitFor((log) =>
      log.some((entry) => entry.name === name && entry.url.includes('fields=') && entry.endedAt !== undefined),
    );
    fault.clear();
    world.emulator.complete(name, RESPONSE);
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.responseOmitted, false);
    assert.deepEqual(result.operation?.response, RESPONSE.response);
  });

  test('a refusal of 1 MB is cut, and the outcome is recorded', async () => {
    const name = world.operation();
    world.emulator.fail({
      kind: 'status',
      code: 'FAILED_PRECONDITION',
      message: `No. ${'x'.repeat(MB)}`,
      name,
      method: 'cancel',
    });
    const result = await (await world.start('cancelOperation', { name, timeout: '1h' })).result();
    assert.equal(result.outcome, 'NOT_CANCELLABLE');
    assert.equal(result.cancellation.status, 'REFUSED');
    assert.equal(result.cancellation.timesSent, 1);
  });

  test('a failure of 1 MB is cut too', async () => {
    const name = world.operation({}, { project: `p-${randomUUID()}` });
    world.emulator.fail({
      kind: 'status',
      code: 'UNAVAILABLE',
      message: 'x'.repeat(MB),
      name,
      method: ['get', 'wait'],
      skip: 1,
      times: 2,
    });
    const handle = await world.start('watchOperation', { name });
    await endAfter(world, name, 'poll', {}, 3);
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });

  test('the status and the update answer for a large operation too', async () => {
    const name = world.operation({ metadataBytes: 3 * MB, onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name });
    await answered(world, name, 'poll');
    assert.equal((await abortByUpdate(handle)).name, name);
    await answered(world, name, 'cancel');
    assert.equal((await world.status(handle)).operation?.done, false);
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });
});
