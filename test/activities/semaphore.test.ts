import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSemaphore, createWaitSupport } from '../../activities/polling/semaphore.js';

describe('the attempts that stay', () => {
  test('are as many as there is room for, and one that leaves makes room', () => {
    const holds = createSemaphore(2);
    assert.deepEqual([holds.tryAcquire(), holds.tryAcquire(), holds.tryAcquire()], [true, true, false]);
    holds.release();
    assert.deepEqual([holds.tryAcquire(), holds.tryAcquire()], [true, false]);
    assert.equal(createSemaphore(0).tryAcquire(), false);
  });
});

describe('a service without wait', () => {
  const target = {
    service: 'a.example',
    apiVersion: 'v1',
    name: 'projects/p/locations/l/operations/1',
  };

  test('is known by its service, version and collection, whatever the ids are', () => {
    const support = createWaitSupport();
    assert.equal(support.isUnsupported(target), false);
    support.markUnsupported(target);
    assert.equal(support.isUnsupported({ ...target, name: 'projects/q/locations/m/operations/2' }), true);
    assert.equal(
      support.isUnsupported({ ...target, name: 'projects/p/locations/l/models/m/operations/1' }),
      false,
    );
    assert.equal(support.isUnsupported({ ...target, apiVersion: 'v2' }), false);
    assert.equal(support.isUnsupported({ ...target, service: 'b.example' }), false);
  });

  test('is asked again after an hour', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
    const support = createWaitSupport();
    support.markUnsupported(target);
    t.mock.timers.tick(3_600_000 - 1);
    assert.equal(support.isUnsupported(target), true);
    t.mock.timers.tick(1);
    assert.equal(support.isUnsupported(target), false);
  });
});
