import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ActivityFailure, ApplicationFailure, RetryState, TimeoutFailure } from '@temporalio/common';
import { causeOf, reasonOf } from '../../workflows/bulk/failure.js';

const framed = (cause: Error | undefined) =>
  new ActivityFailure('Activity task failed', 'cancelItem', '1', RetryState.TIMEOUT, undefined, cause);

describe('what an item failed with', () => {
  test('is told by the type of the failure', () => {
    const cause = ApplicationFailure.nonRetryable('no such operation', 'NOT_FOUND');
    assert.deepEqual(reasonOf(framed(cause)), { type: 'NOT_FOUND', message: 'no such operation' });
    assert.equal(causeOf(framed(cause)), cause);
  });

  test('is UNKNOWN, with what Temporal says, where it has no type', () => {
    const late = new TimeoutFailure('activity StartToClose timeout', undefined, 'START_TO_CLOSE');
    const unknown = (message: string) => ({ type: 'UNKNOWN', message });
    assert.deepEqual(reasonOf(framed(late)), unknown('activity StartToClose timeout'));
    assert.deepEqual(reasonOf(framed(undefined)), unknown('Activity task failed'));
    assert.deepEqual(reasonOf(new TypeError('broken')), unknown('broken'));
    assert.deepEqual(reasonOf('broken'), unknown('broken'));
  });
});
