import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeChecked } from '../../support/history.js';
import { failureOf, signalWithStart, startWith, updateWithStart } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

const OTHER = 'documentai.googleapis.com';

describe("the worker's own rules hold for every caller", TOGETHER, () => {
  let strict: World;
  let open: World;
  before(async () => {
    [strict, open] = await Promise.all([
      startWorld({
        ALLOWED_OPERATIONS: 'projects/mine/**,projects/*/locations/us-central1/operations/shared-*',
      }),
      startWorld({ GOOGLE_SERVICES: `aiplatform.googleapis.com,${OTHER}` }),
    ]);
  });
  after(async () => {
    await closeChecked(strict);
    await closeChecked(open);
  });

  async function denied(world: World, handle: Awaited<ReturnType<World['start']>>, name: string, variable: string) {
    const failure = await failureOf(handle);
    assert.equal(failure.type, 'PERMISSION_DENIED');
    assert.equal(failure.nonRetryable, true);
    assert.ok(failure.message.includes(variable), failure.message);
    assert.equal(world.emulator.requests(name).length, 0, 'no request was sent');
  }

  for (const type of ['cancelOperation', 'watchOperation'] as const) {
    test(`${type}: a name outside ALLOWED_OPERATIONS is PERMISSION_DENIED, and no request is sent`, async () => {
      for (const name of [
        'projects/other/locations/us-central1/operations/1',
        'projects/mine-not/locations/us-central1/operations/1',
        'projects/other/locations/us-central1/operations/x/shared-1',
        'operations/1',
      ]) {
        await denied(strict, await startWith(strict, type, [{ name }]), name, 'ALLOWED_OPERATIONS');
      }
    });

    test(`${type}: a service outside GOOGLE_SERVICES is PERMISSION_DENIED, and no request is sent`, async () => {
      for (const service of [
        'storagetransfer.googleapis.com',
        'evil.example.com',
        'aiplatform.googleapis.com.evil.example',
      ]) {
        const name = open.operation();
        await denied(open, await startWith(open, type, [{ name, service }]), name, 'GOOGLE_SERVICES');
      }
    });
  }

  test('they hold for an abort that comes with the start too', async () => {
    const names = ['projects/other/locations/l/operations/2', 'projects/other/locations/l/operations/3'] as const;
    await denied(strict, await signalWithStart(strict, { name: names[0] }, [{}]), names[0], 'ALLOWED_OPERATIONS');
    const { handle } = await updateWithStart(strict, { name: names[1] }, [{}]);
    await denied(strict, handle, names[1], 'ALLOWED_OPERATIONS');
  });

  for (const name of [
    'projects/mine/locations/eu/operations/1',
    'projects/other/locations/us-central1/operations/shared-7',
  ]) {
    test(`${name} is allowed by a glob`, async () => {
      strict.emulator.add({ name, onCancel: { kind: 'wins', afterMs: 100 } });
      const result = await (await startWith(strict, 'cancelOperation', [{ name }])).result();
      assert.equal(result.outcome, 'CANCELLED');
    });
  }

  test('by default a worker calls aiplatform.googleapis.com only', async () => {
    const name = 'projects/mine/locations/eu/operations/2';
    strict.emulator.add({ name });
    await denied(
      strict,
      await startWith(strict, 'cancelOperation', [{ name, service: OTHER }]),
      name,
      'GOOGLE_SERVICES',
    );
  });

  test('another service that is allowed is called, and is in the result', async () => {
    const name = open.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const result = await (
      await startWith(open, 'cancelOperation', [{ name, service: OTHER, apiVersion: 'v1' }])
    ).result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.service, OTHER);
    assert.ok(open.emulator.requests(name).every(({ apiVersion }) => apiVersion === 'v1'));
  });
});

describe('GOOGLE_SERVICES=*', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*' });
  });
  after(() => closeChecked(world));

  test("allows every one of Google's services", async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const result = await (await startWith(world, 'cancelOperation', [{ name, service: OTHER }])).result();
    assert.equal(result.outcome, 'CANCELLED');
  });

  test('allows no other host', async () => {
    for (const service of ['evil.example.com', 'googleapis.com.evil.example', 'notgoogleapis.com', 'googleapis.com']) {
      const name = world.operation();
      const failure = await failureOf(await startWith(world, 'cancelOperation', [{ name, service }]));
      assert.equal(failure.type, 'PERMISSION_DENIED', service);
      assert.equal(world.emulator.requests(name).length, 0, service);
    }
  });
});
