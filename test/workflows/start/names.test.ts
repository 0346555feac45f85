import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LogEntry } from '../../../emulator/index.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

const CASES: [service: string, name: string, get: string, cancel: string][] = [
  [
    'servicemanagement.googleapis.com',
    'operations/serviceConfigs.api.endpoints.p.cloud.goog:43fe6c6f-17f3',
    '/v1/operations/serviceConfigs.api.endpoints.p.cloud.goog:43fe6c6f-17f3',
    ':cancel',
  ],
  [
    'batch.googleapis.com',
    'projects/example.com:my-project/locations/us-central1/operations/1',
    '/v1/projects/example.com:my-project/locations/us-central1/operations/1',
    ':cancel',
  ],
  [
    'iam.googleapis.com',
    'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/x/operations/1',
    '/v1/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/x/operations/1',
    ':cancel',
  ],
  ['speech.googleapis.com', '1189218350739101011', '/v1/operations/1189218350739101011', ':cancel'],
  ['storage.googleapis.com', 'projects/_/buckets/b-1/operations/AB=', '/storage/v1/b/b-1/operations/AB=', '/cancel'],
  [
    'dns.googleapis.com',
    'projects/p/locations/global/operations/2',
    '/dns/v1/projects/p/locations/global/operations/2',
    ':cancel',
  ],
  ['bigtableadmin.googleapis.com', 'operations/a/operations/3', '/v2/operations/a/operations/3', ':cancel'],
];

describe('an operation is cancelled at the URL of its service', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*,storage.googleapis.com' });
  });
  after(() => world.close());

  for (const [service, name, get, cancel] of CASES) {
    test(`${service}: ${name}`, async () => {
      world.emulator.add({ name, onCancel: { kind: 'wins', afterMs: 300 } });
      const handle = await world.operations.cancel({ name, service });
      const result = await handle.result();
      assert.deepEqual([result.name, result.outcome, result.cancellation.won], [name, 'CANCELLED', true]);
      const urls = new Set(
        world.emulator.log.filter(({ url }) => url.startsWith(get)).map(({ method, url }) => `${method} ${url}`),
      );
      assert.deepEqual([...urls].toSorted(), [`cancel ${get}${cancel}`, `get ${get}`]);
    });
  }

  test('run.googleapis.com: its end is awaited with the timeout in the body', async () => {
    const service = 'run.googleapis.com';
    const name = 'projects/p/locations/us-central1/operations/4';
    world.emulator.add({ name });
    const handle = await world.operations.watch({ name, service });
    const isWait = ({ method, url }: LogEntry) => method === 'wait' && url.includes(name);
    await world.emulator.waitFor((log) => log.some(isWait));
    world.emulator.complete(name);
    assert.equal((await handle.result()).outcome, 'COMPLETED');
    const [wait] = world.emulator.log.filter(isWait);
    assert.deepEqual([wait?.status, wait?.url], [200, `/v2/${name}:wait`]);
  });
});
