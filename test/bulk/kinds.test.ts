import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { CancelOperationsInput, CancelOperationsResult } from '../../contract/bulk.js';
import type { OperationScript } from '../../emulator/index.js';
import { startWorld, type World } from '../support/world.js';

const LONG_AGO = { createTime: '2020-01-01T00:00:00Z' };

describe('jobs of several kinds at once', { concurrency: true }, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*' });
  });
  after(() => world.close());

  const cancelAll = async (input: CancelOperationsInput): Promise<CancelOperationsResult> =>
    (await world.operations.cancelAll(input)).result();

  /** Adds what a location of its own has, by collection and id, and returns the location. */
  function location(scripts: Record<string, Omit<OperationScript, 'name'>>): string {
    const parent = `projects/p/locations/l${randomUUID().slice(0, 8)}`;
    for (const [path, script] of Object.entries(scripts)) world.emulator.add({ name: `${parent}/${path}`, ...script });
    return parent;
  }

  test('are cancelled with the operations, and what is of another kind is left alone', async () => {
    const parent = location({
      'operations/1': {},
      'customJobs/1': {},
      'customJobs/2': { onCancel: { kind: 'loses', afterMs: 200 } },
      'customJobs/3': { completesAfterMs: 0 },
      'pipelineJobs/1': {},
      'nasJobs/1': {},
    });
    const result = await cancelAll({ parent, kinds: ['operation', 'customJobs', 'pipelineJobs'] });
    assert.deepEqual(result.outcomes, { CANCELLED: 3, COMPLETED: 1 });
    const paths = ['operations/1', 'customJobs/1', 'customJobs/2', 'pipelineJobs/1'];
    assert.deepEqual(
      result.names,
      paths.map((path) => `${parent}/${path}`),
    );
    assert.deepEqual([result.failures, result.unknownAge], [[], 0]);
    assert.equal(world.emulator.requests(`${parent}/nasJobs/1`).length, 0);
  });

  test('of all kinds are listed where they are, and a collection for a parent means its kind', async () => {
    const parent = location({ 'operations/1': {}, 'customJobs/1': {}, 'nasJobs/1': {} });
    const all = await cancelAll({ parent, kinds: ['all'], dryRun: true });
    assert.deepEqual(
      all.names,
      ['operations/1', 'customJobs/1', 'nasJobs/1'].map((path) => `${parent}/${path}`),
    );
    const own = await cancelAll({ parent: `${parent}/customJobs` });
    assert.deepEqual(own.results, [{ name: `${parent}/customJobs/1`, outcome: 'CANCELLED', won: true }]);
  });

  test('that are too young, or tell no time of creation, are passed over', async () => {
    const parent = location({
      'operations/old': { metadata: LONG_AGO },
      'operations/generic': { metadata: { genericMetadata: LONG_AGO } },
      'operations/young': { metadata: { createTime: new Date().toISOString() } },
      'operations/unknown': { metadata: { note: 'no time' } },
      'customJobs/old': { metadata: LONG_AGO },
      'customJobs/young': {},
    });
    const result = await cancelAll({ parent, kinds: ['operation', 'customJobs'], olderThan: '12h' });
    const old = ['operations/old', 'operations/generic', 'customJobs/old'].map((path) => `${parent}/${path}`);
    assert.deepEqual([result.names, result.outcomes], [old, { CANCELLED: 3 }]);
    assert.equal(result.unknownAge, 1);
    for (const path of ['operations/young', 'operations/unknown', 'customJobs/young'])
      assert.equal(world.cancels(`${parent}/${path}`), 0, path);
  });

  test('of a kind whose list is refused are a failure, and the others are cancelled', async () => {
    const parent = location({ 'customJobs/1': {}, 'nasJobs/1': {} });
    const list = { method: 'list', name: `${parent}/customJobs` } as const;
    world.emulator.fail({ kind: 'status', code: 'PERMISSION_DENIED', ...list });
    const result = await cancelAll({ parent, kinds: ['customJobs', 'nasJobs'] });
    assert.deepEqual(result.outcomes, { CANCELLED: 1 });
    assert.deepEqual(
      result.failures.map(({ name, type }) => [name, type]),
      [[list.name, 'PERMISSION_DENIED']],
    );
    await assert.rejects(cancelAll({ parent, kinds: ['customJobs'] }), { failureType: 'PERMISSION_DENIED' });
  });

  test('of a kind that the service does not have are refused with those that it has', async () => {
    await assert.rejects(cancelAll({ parent: 'projects/p/locations/l', kinds: ['builds'] }), {
      failureType: 'INVALID_ARGUMENT',
      message: /kinds must be of those of aiplatform\.googleapis\.com: all, operation, customJobs/,
    });
  });

  test('of a service whose items have no name are cancelled by the name that their location and id make', async () => {
    const service = 'bigquery.googleapis.com';
    const names = ['US', 'EU'].map((place) => `projects/bulk/locations/${place}/jobs/1`);
    for (const name of names) world.emulator.add({ service, name });
    const result = await cancelAll({ service, parent: 'projects/bulk', kinds: ['jobs'] });
    assert.deepEqual([result.names, result.outcomes], [names, { CANCELLED: 2 }]);
  });
});
