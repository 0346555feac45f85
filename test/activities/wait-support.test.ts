import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createWaitSupport } from '../../activities/polling/wait-support.js';

describe('a collection without wait', () => {
  const ref = {
    service: 'a.example',
    apiVersion: 'v1',
    name: 'projects/p/locations/l/operations/1',
  };

  test('is known by its service, version and collections, whatever the ids are', () => {
    const support = createWaitSupport();
    assert.equal(support.isUnsupported(ref), false);
    support.markUnsupported(ref);
    assert.equal(support.isUnsupported({ ...ref, name: 'projects/q/locations/m/operations/2' }), true);
    assert.equal(support.isUnsupported({ ...ref, name: 'projects/p/locations/l/models/m/operations/1' }), false);
    assert.equal(support.isUnsupported({ ...ref, apiVersion: 'v2' }), false);
    assert.equal(support.isUnsupported({ ...ref, service: 'b.example' }), false);
  });

  test('is forgotten when callers make up a thousand others, the oldest first', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
    const support = createWaitSupport();
    const madeUp = (number: number) => ({ ...ref, name: `projects/p/x${number}/y/operations/1` });
    support.markUnsupported(ref);
    for (let number = 0; number < 999; number++) support.markUnsupported(madeUp(number));
    assert.equal(support.isUnsupported(ref), true);
    support.markUnsupported(ref);
    support.markUnsupported(madeUp(999));
    assert.equal(support.isUnsupported(ref), true);
    assert.equal(support.isUnsupported(madeUp(0)), false);
    assert.equal(support.isUnsupported(madeUp(1)), true);
  });

  test('is tried again after an hour', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
    const support = createWaitSupport();
    support.markUnsupported(ref);
    t.mock.timers.tick(3_600_000 - 1);
    assert.equal(support.isUnsupported(ref), true);
    t.mock.timers.tick(1);
    assert.equal(support.isUnsupported(ref), false);
  });
});
