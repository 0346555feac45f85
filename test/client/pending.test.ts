import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { pendingActivity } from '../../client/pending.js';

const heartbeat = (details: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(details)] });
const timestamp = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 + 999_999 });
const pendingOf = (...pendingActivities: object[]) =>
  pendingActivity({ raw: { pendingActivities } } as unknown as WorkflowExecutionDescription);
const T0 = Date.UTC(2030, 0, 1);
const bare = { activityId: '1', activityType: { name: 'getOperation' } };

describe('the activity that is under way', () => {
  test('is the wait where there are two, else the first', () => {
    const wait = { activityId: 'await', activityType: { name: 'awaitOperation' } };
    assert.equal(pendingOf(bare, wait)?.activity, 'awaitOperation');
    assert.equal(pendingOf(bare)?.activity, 'getOperation');
    assert.equal(pendingOf(), undefined);
    assert.equal(pendingOf({ activityId: '1' }), undefined);
    assert.equal(pendingActivity({ raw: {} } as unknown as WorkflowExecutionDescription), undefined);
  });

  test('that has just begun has done nothing', () => {
    assert.deepEqual(pendingOf(bare), { activity: 'getOperation', attempt: 1, polls: 0 });
  });

  test('tells its attempt, its looks, when it saw the operation and when it looks again', () => {
    const pending = pendingOf({
      ...bare,
      attempt: 7,
      heartbeatDetails: heartbeat({ polls: 5, failures: 0, seenAt: T0 }),
      nextAttemptScheduleTime: timestamp(T0 + 30_250),
    });
    assert.deepEqual(pending, {
      activity: 'getOperation',
      attempt: 7,
      polls: 5,
      seenAt: '2030-01-01T00:00:00.000Z',
      nextAttemptAt: '2030-01-01T00:00:30.250Z',
    });
    const whole = { nextAttemptScheduleTime: { seconds: null, nanos: null } };
    assert.equal(pendingOf({ ...bare, ...whole })?.nextAttemptAt, '1970-01-01T00:00:00.000Z');
    assert.equal('nextAttemptAt' in (pendingOf({ ...bare, nextAttemptScheduleTime: null }) ?? {}), false);
  });

  test('tells why its last attempt failed: a worker that was lost leaves no type', () => {
    const failed = (lastFailure: object) => pendingOf({ ...bare, lastFailure })?.lastError;
    assert.deepEqual(failed({ message: 'm', applicationFailureInfo: { type: 'UNAVAILABLE' } }), {
      type: 'UNAVAILABLE',
      message: 'm',
    });
    assert.deepEqual(failed({ timeoutFailureInfo: {} }), { type: 'TIMEOUT', message: '' });
  });

  test('takes no heartbeat that is none of ours', () => {
    for (const details of ['text', null, 5, { seenAt: T0 }])
      assert.deepEqual(pendingOf({ ...bare, heartbeatDetails: heartbeat(details) }), {
        activity: 'getOperation',
        attempt: 1,
        polls: 0,
      });
    for (const heartbeatDetails of [{}, { payloads: [] }, null])
      assert.equal(pendingOf({ ...bare, heartbeatDetails })?.polls, 0);
  });
});
