import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { CancelOperationsInput, CancelOperationsResult } from '../../contract/bulk.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

type Bulk = (input: CancelOperationsInput) => Promise<CancelOperationsResult>;

describe('many at once, within what the worker may touch', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ ALLOWED_OPERATIONS: 'projects/mine/locations/*/operations/*' });
  });
  after(() => world.close());

  const run = (input: CancelOperationsInput) =>
    world.client.workflow.execute<Bulk>('cancelOperations', {
      workflowId: `bulk-${randomUUID()}`,
      taskQueue: world.taskQueue,
      args: [input],
    });

  /** A location with one operation that is allowed, and one that Google lists by the number of the project. */
  function mixed() {
    const parent = `projects/mine/locations/l${randomUUID().slice(0, 8)}`;
    const [allowed, numbered] = [`${parent}/operations/1`, `${parent}/operations/2`];
    world.emulator.add({ name: allowed });
    world.emulator.add({ name: numbered, projectNumber: '123456789' });
    return { parent, allowed, numbered, shown: numbered.replace('/mine/', '/123456789/') };
  }

  const requestsFor = (...names: string[]) => names.flatMap((name) => world.emulator.requests(name));

  test('what a list holds besides is not touched, and told as a failure: silence would say that nothing runs', async () => {
    const { parent, allowed, numbered, shown } = mixed();
    const result = await run({ parent });
    assert.deepEqual(result.outcomes, { CANCELLED: 1 });
    assert.deepEqual([result.matched, result.started], [2, 1]);
    assert.deepEqual(
      result.failures.map(({ name, type }) => [name, type]),
      [[shown, 'PERMISSION_DENIED']],
    );
    assert.match(result.failures[0]?.message ?? '', /ALLOWED_OPERATIONS.*number and an id: allow both/);
    assert.equal(world.cancels(allowed), 1);
    assert.deepEqual(requestsFor(numbered, shown), []);
  });

  test('a dry run says which of them would not be cancelled', async () => {
    const { parent, allowed, numbered, shown } = mixed();
    const result = await run({ parent, dryRun: true });
    assert.deepEqual(result.names, [allowed, shown]);
    assert.deepEqual(
      result.failures.map(({ name }) => name),
      [shown],
    );
    assert.deepEqual(requestsFor(allowed, numbered, shown), []);
  });

  test('a parent under which nothing is allowed is not listed', async () => {
    const { parent } = mixed();
    const failed = run({ parent: `${parent}/datasets/7` });
    await assert.rejects(failed, ({ cause }: { cause?: Error }) =>
      /ALLOWED_OPERATIONS/.test(cause?.message ?? ''),
    );
    assert.deepEqual(requestsFor(`${parent}/datasets/7`), []);
  });

  test('names that are given and forbidden start nothing', async () => {
    const { allowed } = mixed();
    const forbidden = ['projects/other/locations/l/operations/1', 'projects/mine/locations/l/customJobs/1'];
    const result = await run({ names: [...forbidden, allowed] });
    assert.deepEqual(result.outcomes, { CANCELLED: 1 });
    assert.deepEqual([result.matched, result.started], [3, 1]);
    assert.deepEqual(
      result.failures.map(({ name, type }) => [name, type]).toSorted(),
      forbidden.map((name) => [name, 'PERMISSION_DENIED']).toSorted(),
    );
    assert.deepEqual(requestsFor(...forbidden), []);
  });

  test('a service that is forbidden fails at the list, and at every name', async () => {
    const { parent, allowed } = mixed();
    const service = 'documentai.googleapis.com';
    await assert.rejects(run({ parent, service }), ({ cause }: { cause?: Error }) =>
      /GOOGLE_SERVICES/.test(cause?.message ?? ''),
    );
    const result = await run({ names: [allowed], service });
    assert.deepEqual(
      result.failures.map(({ type }) => type),
      ['PERMISSION_DENIED'],
    );
    assert.equal(result.started, 0);
    assert.deepEqual(requestsFor(parent, allowed), []);
  });
});
