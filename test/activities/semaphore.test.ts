import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createHolds, createWaitSupport } from '../../activities/polling/semaphore.js';

describe('the attempts that stay', () => {
  test('are as many as there is room for, and one that leaves makes room', () => {
    const holds = createHolds(2);
    assert.deepEqual([holds.enter(), holds.enter(), holds.enter()], [true, true, false]);
    holds.leave();
    assert.deepEqual([holds.enter(), holds.enter()], [true, false]);
    assert.equal(createHolds(0).enter(), false);
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
    assert.equal(support.isLacking(target), false);
    support.learnLacking(target);
    assert.equal(support.isLacking({ ...target, name: 'projects/q/locations/m/operations/2' }), true);
    assert.equal(
      support.isLacking({ ...target, name: 'projects/p/locations/l/models/m/operations/1' }),
      false,
    );
    assert.equal(support.isLacking({ ...target, apiVersion: 'v2' }), false);
    assert.equal(support.isLacking({ ...target, service: 'b.example' }), false);
  });

  test('is asked again after an hour', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
    const support = createWaitSupport();
    support.learnLacking(target);
    t.mock.timers.tick(3_600_000 - 1);
    assert.equal(support.isLacking(target), true);
    t.mock.timers.tick(1);
    assert.equal(support.isLacking(target), false);
  });
});
