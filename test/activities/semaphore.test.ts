import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSemaphore, withPermit } from '../../activities/semaphore.js';

describe('a semaphore', () => {
  test('gives no more permits than it has, and a released one again', () => {
    const semaphore = createSemaphore(() => 2);
    const acquire = () => semaphore.tryAcquire();
    assert.deepEqual([acquire(), acquire(), acquire()], [true, true, false]);
    semaphore.release();
    assert.deepEqual([acquire(), acquire()], [true, false]);
    assert.equal(createSemaphore(() => 0).tryAcquire(), false);
  });

  test('releases the permit of work that has ended or failed, and lets other work run without one', async () => {
    const semaphore = createSemaphore(() => 1);
    const fail = async (hasPermit: boolean) => {
      assert.equal(hasPermit, true);
      assert.equal(await withPermit(semaphore, (other) => other), false);
      assert.equal(semaphore.inUse, 1);
      throw new Error('failed');
    };
    await assert.rejects(withPermit(semaphore, fail), /failed/);
    assert.equal(semaphore.inUse, 0);
  });
});
