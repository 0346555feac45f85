import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities/index.js';
import type { AwaitRequest, OperationLost, OperationActivities, PollResult } from '../../contract/activities.js';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { createAccess } from '../../google/access.js';
import { createEmulatorTransport } from '../../google/http/google-transport.js';
import { createOperationsClient } from '../../google/client.js';
import { parseEndpoints } from '../../google/endpoint.js';

const MANY = 100;

describe('many operations of one collection', () => {
  let emulator: Emulator;
  let projects = 0;

  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());

  /** A hundred running operations of one collection, and a process that follows them. */
  function setUp(activitySlots = 0, collection = 'operations') {
    const parent = `projects/p${++projects}/locations/l`;
    const names = Array.from({ length: MANY }, (_, id) => `${parent}/${collection}/${id}`);
    for (const name of names) emulator.add({ name });
    const activities = createActivities({
      operations: createOperationsClient({
        endpoints: {
          universeDomain: 'googleapis.com',
          overrides: parseEndpoints(''),
          emulatorHost: emulator.host,
        },
        access: createAccess({ services: '*' }),
        transport: createEmulatorTransport(),
      }),
      activitySlots,
    });
    const pollAll = () => Promise.all(names.map((name) => runAttempt(activities, name)));
    const count = (method: 'get' | 'wait' | 'list') =>
      emulator.log.filter((request) => request.method === method && request.name?.startsWith(parent)).length;
    return { parent, names, activities, pollAll, count };
  }

  for (const collection of ['operations', 'customJobs'])
    test(`are covered by a list, and polled directly now and then: ${collection}`, async () => {
      const { pollAll, count } = setUp(0, collection);
      await pollAll();
      const before = count('get');
      const results = await pollAll();
      assert.deepEqual(new Set(results), new Set(['running']));
      // A list is read again after four seconds. One in twenty is polled on average; more than one in four is next to impossible.
      assert.ok(count('list') >= 1);
      const requests = count('get') - before + count('list');
      assert.ok(requests < MANY / 4, `${requests} requests`);
    });

  test('are polled by get where the list does not show them, also if the service has wait', async () => {
    const { names, activities, pollAll, count } = setUp(2 * MANY);
    const [name = ''] = names.slice(-1);
    emulator.complete(name);
    await pollAll();
    const [gets, waits] = [count('get'), count('wait')];
    assert.ok(typeof (await runAttempt(activities, name, undefined, {})) === 'object');
    assert.deepEqual([count('get'), count('wait')], [gets + 1, waits]);
  });

  test('have their end from get alone, by the first attempt that follows it', async () => {
    const { names, activities, pollAll, count } = setUp();
    const [name = ''] = names;
    emulator.complete(name, { error: { code: 1, message: 'cancelled' } });
    const [first] = await pollAll();
    assert.ok(typeof first === 'object' && 'operation' in first && first.operation.error?.code === 1);
    assert.ok(count('get') > 0);
    const other = await runAttempt(activities, names[1] ?? '');
    assert.equal(other, 'running');
  });

  test('send no heartbeat in an attempt that a list answers, which is then one billed action', async () => {
    const { names, activities, pollAll, count } = setUp();
    await pollAll();
    const before = count('get');
    let heartbeats = 0;
    for (const name of names) await runAttempt(activities, name, () => heartbeats++);
    assert.ok(count('get') - before < MANY / 4);
    // An attempt that polls sends one when it ends.
    assert.equal(heartbeats, count('get') - before);
  });

  for (const code of ['UNIMPLEMENTED', 'PERMISSION_DENIED', 'NOT_FOUND'] as const) {
    test(`are each polled directly where the list answers ${code}`, async () => {
      const { parent, names, pollAll, count } = setUp();
      emulator.fail({ kind: 'status', code, method: 'list', name: parent });
      await pollAll();
      const before = count('get');
      emulator.complete(names[7] ?? '');
      const results = await pollAll();
      assert.equal(count('get') - before, MANY);
      assert.equal(count('list'), 1);
      assert.equal(results.filter((result) => result === 'running').length, MANY - 1);
    });
  }

  test('are not taken to have ended by a list that breaks off', async () => {
    const { parent, pollAll, count } = setUp();
    emulator.fail({ kind: 'truncated-json', method: 'list', name: parent });
    const results = await pollAll();
    assert.deepEqual(new Set(results), new Set(['running']));
    assert.ok(count('get') < MANY);
  });
});

/** One attempt at an operation that has run for a minute. */
async function runAttempt(
  { awaitOperation }: OperationActivities,
  name: string,
  onHeartbeat: () => void = () => undefined,
  support: { waitUnsupported?: boolean } = { waitUnsupported: true },
): Promise<'running' | PollResult | OperationLost> {
  const now = Date.now();
  const request: AwaitRequest = {
    ref: { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name },
    pollState: { polls: 1, failures: 0, seenAt: now - 60_000, ...support },
    notFoundGrace: 10_000,
    since: now - 60_000,
  };
  const env = new MockActivityEnvironment({
    attempt: 2,
    scheduledTimestampMs: now,
    scheduleToCloseTimeoutMs: 0,
  });
  env.on('heartbeat', onHeartbeat);
  try {
    const result = await env.run<[AwaitRequest], Awaited<ReturnType<typeof awaitOperation>>, typeof awaitOperation>(
      awaitOperation,
      request,
    );
    assert.ok(!('cancelled' in result));
    return result;
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure && error.type === 'OperationRunning', String(error));
    return 'running';
  }
}
