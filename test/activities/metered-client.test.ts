import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createActivities } from '../../activities/index.js';
import type { PollState } from '../../contract/activities.js';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { createAccess } from '../../google/access.js';
import { createOperationsClient } from '../../google/client.js';
import { parseEndpoints } from '../../google/endpoint.js';
import { createEmulatorTransport } from '../../google/http/google-transport.js';
import { failureOf, fresh, run } from './support/attempts.js';

const PARENT = 'projects/p/locations/l/operations';
const requestFor = (id: string) => ({
  ref: { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name: `${PARENT}/${id}` },
  pollState: fresh,
  notFoundGrace: 0,
});

describe('a request of an attempt', () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
    emulator.add({ name: `${PARENT}/allowed` });
  });
  after(() => emulator.close());

  /** Activities with a limit of one request a minute, and the names that were checked against the rules. */
  function setUp() {
    const rules = createAccess({ operations: `${PARENT}/allowed` });
    const checked: string[] = [];
    const check = (service: string, name: string) => {
      checked.push(name);
      rules.assertAllowed(service, name);
    };
    const operations = createOperationsClient({
      endpoints: {
        universeDomain: 'googleapis.com',
        overrides: parseEndpoints(''),
        emulatorHost: emulator.host,
      },
      access: { ...rules, assertAllowed: check },
      transport: createEmulatorTransport(),
    });
    return { checked, ...createActivities({ operations, requestsPerMinute: 1 }) };
  }

  test('is checked against the rules once, and takes no slot if they forbid it', async () => {
    const { checked, getOperation } = setUp();
    const failure = await failureOf(() => run(getOperation, requestFor('forbidden')));
    assert.equal(failure.type, 'PERMISSION_DENIED');
    const [pollState] = failure.details as [PollState];
    assert.equal(pollState.polls, 0);
    const result = await run(getOperation, requestFor('allowed'));
    assert.ok('operation' in result);
    assert.deepEqual(checked, [`${PARENT}/forbidden`, `${PARENT}/allowed`]);
  });

  test('is no poll while no slot is free', async () => {
    const { getOperation } = setUp();
    await run(getOperation, requestFor('allowed'));
    const failure = await failureOf(() => run(getOperation, requestFor('allowed')));
    assert.equal(failure.type, 'RESOURCE_EXHAUSTED');
    assert.deepEqual(failure.details, [fresh]);
  });
});
