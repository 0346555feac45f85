import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked } from '../../support/history.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

describe('good input', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const wins = { onCancel: { kind: 'wins', afterMs: 100 } } as const;

  test('every field at its limits is taken', async () => {
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

  test('by default it is v1beta1 of aiplatform.googleapis.com', async () => {
    const name = world.operation(wins);
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.equal(result.service, 'aiplatform.googleapis.com');
    assert.ok(world.emulator.requests(name).every(({ apiVersion }) => apiVersion === 'v1beta1'));
  });

  test('the requests are those of google.longrunning, without a body', async () => {
    const name = world.operation(wins);
    await (await world.start('cancelOperation', { name })).result();
    const [look, cancel, wait] = world.emulator.requests(name);
    assert.deepEqual([look?.httpMethod, look?.url], ['GET', `/v1beta1/${name}`]);
    assert.deepEqual([cancel?.httpMethod, cancel?.url], ['POST', `/v1beta1/${name}:cancel`]);
    assert.ok(wait?.url.startsWith(`/v1beta1/${name}:wait`));
    for (const request of [cancel, wait])
      assert.ok([undefined, '0'].includes(request?.headers.contentLength));
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
    test(`${name} is a name`, async () => {
      world.emulator.add({ name, ...wins });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.name, name);
    });
  }
});
