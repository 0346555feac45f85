import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { CancelOperationsInput, CancelOperationsResult } from '../../contract/bulk.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

type Bulk = (input: CancelOperationsInput) => Promise<CancelOperationsResult>;

describe("many at once, within the worker's rules", TOGETHER, () => {
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

  /** A location with one operation that is allowed, and one of a dataset, which is not. */
  function mixed() {
    const parent = `projects/mine/locations/l${randomUUID().slice(0, 8)}`;
    const [allowed, nested] = [`${parent}/operations/1`, `${parent}/datasets/7/operations/2`];
    world.emulator.add({ name: allowed });
    world.emulator.add({ name: nested });
    return { parent, allowed, nested };
  }

  /** A location whose one operation Google lists by the number of the project. */
  function numbered() {
    const parent = `projects/mine/locations/l${randomUUID().slice(0, 8)}`;
    const name = `${parent}/operations/1`;
    world.emulator.add({ name, projectNumber: '123456789' });
    return { parent, name, byNumber: (text: string) => text.replace('/mine/', '/123456789/') };
  }

  const requestsFor = (...names: string[]) => names.flatMap((name) => world.emulator.requests(name));

  test('a listed operation that is forbidden is not touched, and reported as a failure', async () => {
    const { parent, allowed, nested } = mixed();
    const result = await run({ parent });
    assert.deepEqual(result.outcomes, { CANCELLED: 1 });
    assert.deepEqual([result.matched, result.started], [2, 1]);
    assert.deepEqual(
      result.failures.map(({ name, type }) => [name, type]),
      [[nested, 'PERMISSION_DENIED']],
    );
    assert.match(result.failures[0]?.message ?? '', /ALLOWED_OPERATIONS/);
    assert.equal(world.cancels(allowed), 1);
    assert.deepEqual(requestsFor(nested), []);
  });

  test('a dry run reports which operations would not be cancelled', async () => {
    const { parent, allowed, nested } = mixed();
    const result = await run({ parent, dryRun: true });
    assert.deepEqual(result.names, [allowed, nested]);
    assert.deepEqual(
      result.failures.map(({ name }) => name),
      [nested],
    );
    assert.deepEqual(requestsFor(allowed, nested), []);
  });

  test('an operation that Google lists by the project number is followed by the project id: one operation, one execution', async () => {
    const { parent, name, byNumber } = numbered();
    await world.operations.watch({ name });
    const dry = await run({ parent, dryRun: true });
    assert.deepEqual([dry.names, dry.failures], [[name], []]);
    const result = await run({ parent });
    assert.deepEqual([result.outcomes, result.failures], [{ CANCELLED: 1 }, []]);
    assert.equal((await world.operations.getHandle(name).result()).cancellation.aborts, 1);
    await assert.rejects(world.operations.getHandle(byNumber(name)).status(), { code: 'NOT_FOUND' });
  });

  test('a parent given by number keeps the number, and is checked with it', async () => {
    const { parent, name, byNumber } = numbered();
    await assert.rejects(run({ parent: byNumber(parent) }), ({ cause }: { cause?: Error }) =>
      /ALLOWED_OPERATIONS.*number and an id: allow both/.test(cause?.message ?? ''),
    );
    assert.deepEqual(requestsFor(name, byNumber(name)), []);
  });

  test('a parent under which nothing is allowed is not listed', async () => {
    const { parent } = mixed();
    const failed = run({ parent: `${parent}/datasets/7` });
    await assert.rejects(failed, ({ cause }: { cause?: Error }) => /ALLOWED_OPERATIONS/.test(cause?.message ?? ''));
    assert.deepEqual(requestsFor(`${parent}/datasets/7`), []);
  });

  test('forbidden names start no execution', async () => {
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
