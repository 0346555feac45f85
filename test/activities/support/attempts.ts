import assert from 'node:assert/strict';
import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../../activities/index.js';
import type { AwaitRequest, PollRequest, OperationActivities, PollState } from '../../../contract/activities.js';
import type { Emulator } from '../../../emulator/index.js';
import { createAccess } from '../../../google/access.js';
import { createEmulatorTransport } from '../../../google/http/google-transport.js';
import { createOperationsClient } from '../../../google/client.js';
import { parseEndpoints } from '../../../google/endpoint.js';

/** The poll state before the first poll. */
export const fresh: PollState = { polls: 0, failures: 0 };

/** An attempt of an activity without a time limit. */
export function environment(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment({
    scheduledTimestampMs: Date.now(),
    currentAttemptScheduledTimestampMs: Date.now(),
    scheduleToCloseTimeoutMs: 0,
    ...info,
  });
}

export function run<A, R>(activity: (argument: A) => Promise<R>, argument: A, env = environment()): Promise<R> {
  return env.run<[A], R, (argument: A) => Promise<R>>(activity, argument);
}

export function awaiting(request: PollRequest): AwaitRequest {
  return { ...request, since: Date.now() };
}

export function activitiesFor(
  emulator: Pick<Emulator, 'host'>,
  allowed: string,
  requestsPerMinute?: number,
): OperationActivities {
  const operations = createOperationsClient({
    endpoints: {
      universeDomain: 'googleapis.com',
      overrides: parseEndpoints(''),
      emulatorHost: emulator.host,
    },
    access: createAccess({ services: '*', operations: allowed }),
    transport: createEmulatorTransport(),
  });
  return createActivities({ operations, requestsPerMinute, activitySlots: 200 });
}

export async function failureOf(run: () => Promise<unknown>): Promise<ApplicationFailure> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it did not fail' });
}
