import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ActivityFailure, ApplicationFailure, RetryState, TimeoutFailure } from '@temporalio/common';
import { activityCause, describeFailure } from '../../workflows/failures.js';

const activityFailure = (cause: Error | undefined) =>
  new ActivityFailure('Activity task failed', 'cancelItem', '1', RetryState.TIMEOUT, undefined, cause);

describe('the failure of one operation of a bulk', () => {
  test('is reported with the type and message of its cause', () => {
    const cause = ApplicationFailure.nonRetryable('no such operation', 'NOT_FOUND');
    assert.deepEqual(describeFailure(activityFailure(cause)), {
      type: 'NOT_FOUND',
      message: 'no such operation',
    });
    assert.equal(activityCause(activityFailure(cause)), cause);
  });

  test('is reported as UNKNOWN where it has no type', () => {
    const timeout = new TimeoutFailure('activity StartToClose timeout', undefined, 'START_TO_CLOSE');
    const unknown = (message: string) => ({ type: 'UNKNOWN', message });
    assert.deepEqual(describeFailure(activityFailure(timeout)), unknown('activity StartToClose timeout'));
    assert.deepEqual(describeFailure(activityFailure(undefined)), unknown('Activity task failed'));
    assert.deepEqual(describeFailure(new TypeError('broken')), unknown('broken'));
    assert.deepEqual(describeFailure('broken'), unknown('broken'));
  });
});
