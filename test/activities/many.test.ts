import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities/index.js';
import type {
  AwaitRequest,
  OperationLost,
  OperationActivities,
  PollResult,
} from '../../contract/activities.js';
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

  /** A hundred running operations, followed by a process of their own. */
  function many(maxWaitingAttempts = 0) {
    const parent = `projects/p${++projects}/locations/l`;
    const names = Array.from({ length: MANY }, (_, id) => `${parent}/operations/${id}`);
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
      maxWaitingAttempts: maxWaitingAttempts,
    });
    const lookAtAll = () => Promise.all(names.map((name) => look(activities, name)));
    const count = (method: 'get' | 'wait' | 'list') =>
      emulator.log.filter((request) => request.method === method && request.name?.startsWith(parent)).length;
    return { parent, names, activities, lookAtAll, count };
  }

  test('are looked at by a list, and by few looks of their own', async () => {
    const { lookAtAll, count } = many();
    await lookAtAll();
    const before = count('get');
    const seen = await lookAtAll();
    assert.deepEqual(new Set(seen), new Set(['running']));
    // A list is read again after four seconds. One get in twenty on average checks it; by chance more than one in four does
    // once in ages.
    assert.ok(count('list') >= 1);
    const requests = count('get') - before + count('list');
    assert.ok(requests < MANY / 4, `${requests} requests`);
  });

  test('what their list does not show is looked at by get, also where the service has wait', async () => {
    const { names, activities, lookAtAll, count } = many(MANY);
    const [name = ''] = names.slice(-1);
    emulator.complete(name);
    await lookAtAll();
    const [gets, waits] = [count('get'), count('wait')];
    assert.ok(typeof (await look(activities, name, undefined, {})) === 'object');
    assert.deepEqual([count('get'), count('wait')], [gets + 1, waits]);
  });

  test('an end is told by get alone, and one look finds it', async () => {
    const { names, activities, lookAtAll, count } = many();
    const [name = ''] = names;
    emulator.complete(name, { error: { code: 1, message: 'cancelled' } });
    const [first] = await lookAtAll();
    assert.ok(typeof first === 'object' && 'operation' in first && first.operation.error?.code === 1);
    assert.ok(count('get') > 0);
    const other = await look(activities, names[1] ?? '');
    assert.equal(other, 'running');
  });

  test('a look that a list answers is one action: it needs no heartbeat', async () => {
    const { names, activities, lookAtAll, count } = many();
    await lookAtAll();
    const before = count('get');
    let heartbeats = 0;
    for (const name of names) await look(activities, name, () => heartbeats++);
    assert.ok(count('get') - before < MANY / 4);
    // What a get found is remembered.
    assert.equal(heartbeats, count('get') - before);
  });

  for (const code of ['UNIMPLEMENTED', 'PERMISSION_DENIED', 'NOT_FOUND'] as const) {
    test(`where a list answers ${code} each is looked at alone`, async () => {
      const { parent, names, lookAtAll, count } = many();
      emulator.fail({ kind: 'status', code, method: 'list', name: parent });
      await lookAtAll();
      const before = count('get');
      emulator.complete(names[7] ?? '');
      const seen = await lookAtAll();
      assert.equal(count('get') - before, MANY);
      assert.equal(count('list'), 1);
      assert.equal(seen.filter((look) => look === 'running').length, MANY - 1);
    });
  }

  test('a list that breaks off ends nothing', async () => {
    const { parent, lookAtAll, count } = many();
    emulator.fail({ kind: 'truncated-json', method: 'list', name: parent });
    const seen = await lookAtAll();
    assert.deepEqual(new Set(seen), new Set(['running']));
    assert.ok(count('get') < MANY);
  });
});

/** One attempt at an operation that has run for a minute. */
async function look(
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
    const seen = await env.run<
      [AwaitRequest],
      Awaited<ReturnType<typeof awaitOperation>>,
      typeof awaitOperation
    >(awaitOperation, request);
    assert.ok(!('cancelled' in seen));
    return seen;
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure && error.type === 'OperationRunning', String(error));
    return 'running';
  }
}
