import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked } from '../../support/history.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('valid input', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const wins = { onCancel: { kind: 'wins', afterMs: 100 } } as const;

  test('is accepted with every field at its limit', async () => {
    const name = world.operation(wins);
    const handle = await world.start('watchOperation', {
      name,
      service: 'aiplatform.googleapis.com',
      apiVersion: 'v1',
      reason: 'r'.repeat(1_024),
      requestedBy: 'b'.repeat(256),
      timeout: '7d',
      resendCancelAfter: '500ms',
      whenNotCancellable: 'follow',
      notFoundGrace: '90s',
      polling: { initialInterval: '15m', backoffCoefficient: 1.5, maximumInterval: '24h' },
      abortAfter: 1,
    });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.reason, 'r'.repeat(1_024));
    assert.equal(result.cancellation.requestedBy, 'b'.repeat(256));
    assert.ok(world.emulator.requests(name).every(({ apiVersion }) => apiVersion === 'v1'));
  });

  test('is for v1beta1 of aiplatform.googleapis.com by default', async () => {
    const name = world.operation(wins);
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.service, 'aiplatform.googleapis.com');
    assert.ok(world.emulator.requests(name).every(({ apiVersion }) => apiVersion === 'v1beta1'));
  });

  test('leads to the requests of google.longrunning, without a body', async () => {
    const name = world.operation(wins);
    await (await world.start('cancelOperation', { name })).result();
    const [get, cancel, wait] = world.emulator.requests(name);
    assert.deepEqual([get?.httpMethod, get?.url], ['GET', `/v1beta1/${name}`]);
    assert.deepEqual([cancel?.httpMethod, cancel?.url], ['POST', `/v1beta1/${name}:cancel`]);
    assert.ok(wait?.url.startsWith(`/v1beta1/${name}:wait`));
    for (const request of [cancel, wait]) assert.ok([undefined, '0'].includes(request?.headers.contentLength));
    assert.ok(
      world.emulator.requests(name).every(({ headers }) => !headers.authorization),
      'an emulator gets no credentials',
    );
  });

  for (const name of [
    'operations/bWVkaWE=',
    'projects/123/locations/eu/operations/a-b_c.d~e',
    'batches/1234',
    'transferOperations/x/y',
  ]) {
    test(`may have the name ${name}`, async () => {
      world.emulator.add({ name, ...wins });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.name, name);
    });
  }
});
