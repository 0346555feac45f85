import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import {
  defaultFailureConverter,
  defaultPayloadConverter,
  type LoadedDataConverter,
  type Payload,
  type PayloadCodec,
} from '@temporalio/common';
import { pendingActivity } from '../../client/pending-activity.js';

const heartbeat = (details: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(details)] });
const timestamp = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 + 999_999 });
const pendingOf = (...pendingActivities: object[]) => pendingWith(plain, ...pendingActivities);
const pendingWith = (dataConverter: LoadedDataConverter, ...pendingActivities: object[]) =>
  pendingActivity({ raw: { pendingActivities } } as unknown as WorkflowExecutionDescription, dataConverter);
const plain: LoadedDataConverter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};
const T0 = Date.UTC(2030, 0, 1);
const bare = { activityId: '1', activityType: { name: 'getOperation' } };

describe('the activity that is under way', () => {
  test('is the wait where there are two, else the first', async () => {
    const wait = { activityId: 'await', activityType: { name: 'awaitOperation' } };
    assert.equal((await pendingOf(bare, wait))?.activity, 'awaitOperation');
    assert.equal((await pendingOf(bare))?.activity, 'getOperation');
    assert.equal(await pendingOf(), undefined);
    assert.equal(await pendingOf({ activityId: '1' }), undefined);
    assert.equal(await pendingActivity({ raw: {} } as unknown as WorkflowExecutionDescription, plain), undefined);
  });

  test('that has just begun has done nothing', async () => {
    assert.deepEqual(await pendingOf(bare), { activity: 'getOperation', attempt: 1, polls: 0 });
  });

  test('shows its attempt, its polls, when it saw the operation and when it polls again', async () => {
    const pending = await pendingOf({
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
    assert.equal((await pendingOf({ ...bare, ...whole }))?.nextAttemptAt, '1970-01-01T00:00:00.000Z');
    assert.equal('nextAttemptAt' in ((await pendingOf({ ...bare, nextAttemptScheduleTime: null })) ?? {}), false);
  });

  test('shows why its last attempt failed: a lost worker leaves no type', async () => {
    const failed = async (lastFailure: object) => (await pendingOf({ ...bare, lastFailure }))?.lastError;
    assert.deepEqual(await failed({ message: 'm', applicationFailureInfo: { type: 'UNAVAILABLE' } }), {
      type: 'UNAVAILABLE',
      message: 'm',
    });
    assert.deepEqual(await failed({ timeoutFailureInfo: {} }), { type: 'TIMEOUT', message: '' });
  });

  test('ignores a heartbeat that holds no poll state', async () => {
    for (const details of ['text', null, 5, { seenAt: T0 }])
      assert.deepEqual(await pendingOf({ ...bare, heartbeatDetails: heartbeat(details) }), {
        activity: 'getOperation',
        attempt: 1,
        polls: 0,
      });
    for (const heartbeatDetails of [{}, { payloads: [] }, null])
      assert.equal((await pendingOf({ ...bare, heartbeatDetails }))?.polls, 0);
  });

  test('reads a heartbeat as its client reads payloads, and does without one that it cannot read', async () => {
    const mirrored: PayloadCodec = {
      encode: (payloads) => Promise.resolve(payloads.map(mirror)),
      decode: (payloads) => Promise.resolve(payloads.map(mirror)),
    };
    const heartbeatDetails = {
      payloads: await mirrored.encode(heartbeat({ polls: 5, failures: 0 }).payloads),
    };
    const known = await pendingWith({ ...plain, payloadCodecs: [mirrored] }, { ...bare, heartbeatDetails });
    assert.equal(known?.polls, 5);
    const unknown = await pendingWith(plain, { ...bare, heartbeatDetails });
    assert.deepEqual(unknown, { activity: 'getOperation', attempt: 1, polls: 0 });
  });
});

/** A codec that turns the data around. */
function mirror({ metadata, data }: Payload): Payload {
  return { ...(metadata && { metadata }), ...(data && { data: data.toReversed() }) };
}
