import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import type { CancelOperationsInput, CancelOperationsProgress, CancelOperationsResult } from '../../contract/bulk.js';
import type { OperationScript } from '../../emulator/index.js';
import { until } from '../support/until.js';
import { startWorld, type World } from '../support/world.js';

type Bulk = (input: CancelOperationsInput) => Promise<CancelOperationsResult>;

/** The types of the workflow's pending activities. */
async function pendingActivities(handle: WorkflowHandle): Promise<string[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
}

async function untilStopping(handle: WorkflowHandle<Bulk>): Promise<void> {
  await until(
    () => handle.query<CancelOperationsProgress>('progress'),
    ({ stopping }) => stopping,
  );
}

describe('many at once', { concurrency: true }, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ ALLOWED_OPERATIONS: 'projects/p/**' });
  });
  after(() => world.close());

  const start = (input: unknown) =>
    world.client.workflow.start<Bulk>('cancelOperations', {
      workflowId: `bulk-${randomUUID()}`,
      taskQueue: world.taskQueue,
      args: [input as CancelOperationsInput],
    });

  /** Adds operations under a location of their own and returns parent and names. */
  function location(scripts: Omit<OperationScript, 'name'>[]) {
    const parent = `projects/p/locations/l${randomUUID().slice(0, 8)}`;
    const names = scripts.map((script, index) => {
      const name = `${parent}/operations/${index}`;
      world.emulator.add({ name, ...script });
      return name;
    });
    return { parent, names };
  }

  test('every operation under a parent that is not done is cancelled, page by page, and counted by outcome', async () => {
    const { parent, names } = location([
      ...Array.from({ length: 105 }, () => ({ onCancel: { kind: 'wins' as const, afterMs: 100 } })),
      ...Array.from({ length: 3 }, () => ({ onCancel: { kind: 'refused' as const } })),
      ...Array.from({ length: 2 }, () => ({ onCancel: { kind: 'loses' as const, afterMs: 300 } })),
      ...Array.from({ length: 4 }, () => ({ completesAfterMs: 0 })),
    ]);
    const result = await (await start({ parent, reason: 'clean up', maxConcurrent: 40 })).result();
    assert.deepEqual(result.outcomes, { CANCELLED: 105, NOT_CANCELLABLE: 3, COMPLETED: 2 });
    assert.equal(result.matched, 110);
    assert.equal(result.started, 110);
    assert.deepEqual(result.failures, []);
    assert.deepEqual(new Set(result.names), new Set(names.slice(0, 110)));
    for (const name of names.slice(0, 110)) assert.equal(world.cancels(name), 1, name);
    for (const name of names.slice(110))
      assert.equal(world.cancels(name), 0, 'an operation that is done is passed over');
  });

  test('places that could not be reached are in the result, and the others are cancelled', async () => {
    const { parent, names } = location([{}, { unreachable: true }]);
    const result = await (await start({ parent })).result();
    assert.deepEqual(result.unreachable, [parent]);
    assert.deepEqual(result.results, [{ name: names[0], outcome: 'CANCELLED', won: true }]);
    assert.equal(world.cancels(names[1] ?? ''), 0);
  });

  test('a filter is passed on to operations.list as it is', async () => {
    const { parent } = location([{}, {}]);
    const result = await (await start({ parent, filter: 'done=true' })).result();
    assert.equal(result.matched, 0);
    const [list] = world.emulator.requests(parent, 'list');
    assert.equal(new URL(list?.url ?? '', 'http://x').searchParams.get('filter'), 'done=true');
  });

  test('one bad item does not stop the others, and a name is cancelled once however often it is given', async () => {
    const { names } = location([{}, {}, {}]);
    const forbidden = 'projects/other/locations/l/operations/1';
    const missing = 'projects/p/locations/l/operations/missing';
    const given = [...names, forbidden, 'projects/../x', missing, ...names];
    const result = await (await start({ names: given })).result();
    assert.deepEqual(result.outcomes, { CANCELLED: 3 });
    assert.equal(result.matched, 6);
    assert.deepEqual(
      result.failures.map(({ name, type }) => [name, type]).toSorted(),
      [
        [forbidden, 'PERMISSION_DENIED'],
        ['projects/../x', 'INVALID_ARGUMENT'],
        [missing, 'NOT_FOUND'],
      ].toSorted(),
    );
    for (const name of names) assert.equal(world.cancels(name), 1);
    assert.equal(world.emulator.requests(forbidden).length, 0);
  });

  test('a watched operation is aborted by its watcher, and both have one outcome', async () => {
    const { names } = location([{}]);
    const [name = ''] = names;
    const watcher = await world.operations.watch({ name });
    const result = await (await start({ names, reason: 'budget' })).result();
    assert.deepEqual(result.outcomes, { CANCELLED: 1 });
    const watched = await watcher.result();
    assert.equal(watched.cancellation.reason, 'budget');
    assert.equal(watched.cancellation.aborts, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('a dry run lists what would be cancelled and touches nothing', async () => {
    const { parent, names } = location([{}, {}, { completesAfterMs: 0 }]);
    const result = await (await start({ parent, dryRun: true })).result();
    assert.deepEqual(result, {
      matched: 2,
      started: 0,
      outcomes: {},
      failures: [],
      results: [],
      names: names.slice(0, 2),
      unreachable: [],
      unknownAge: 0,
    });
    for (const name of names) assert.equal(world.emulator.requests(name).length, 0);
  });

  test('no more than maxConcurrent are under way, and progress names them', async () => {
    const { parent, names } = location(Array.from({ length: 6 }, () => ({ onCancel: { kind: 'ignored' as const } })));
    const handle = await start({ parent, maxConcurrent: 2 });
    await world.emulator.waitFor(() => names.filter((name) => world.cancels(name) > 0).length >= 2);
    const progress = await handle.query<CancelOperationsProgress>('progress');
    assert.equal(progress.matched, 6);
    assert.deepEqual(progress.underWay, names.slice(0, 2));
    for (const name of names) {
      await world.emulator.waitFor(() => world.cancels(name) > 0);
      world.emulator.complete(name, { error: { code: 1 } });
    }
    assert.deepEqual((await handle.result()).outcomes, { CANCELLED: 6 });
  });

  test('cancelling it starts no new item, waits for those under way and returns the counts', async () => {
    const { parent, names } = location(Array.from({ length: 5 }, () => ({ onCancel: { kind: 'ignored' as const } })));
    const handle = await start({ parent, maxConcurrent: 2 });
    await world.emulator.waitFor(() => names.filter((name) => world.cancels(name) > 0).length >= 2);
    await handle.cancel();
    await untilStopping(handle);
    for (const name of names.slice(0, 2)) world.emulator.complete(name);
    const result = await handle.result();
    assert.deepEqual(result.outcomes, { COMPLETED: 2 });
    assert.equal(result.started, 2);
    for (const name of names.slice(2)) assert.equal(world.cancels(name), 0);
  });

  test('cancelling it waits for an item that has long been under way, too', async () => {
    const { names } = location([{ onCancel: { kind: 'ignored' } }]);
    const [name = ''] = names;
    const handle = await start({ names });
    // Within its first activity an item is waited for eight seconds.
    await until(
      () => pendingActivities(handle),
      (types) => types.includes('awaitItem'),
    );
    await handle.cancel();
    await untilStopping(handle);
    world.emulator.complete(name);
    assert.deepEqual((await handle.result()).outcomes, { COMPLETED: 1 });
  });

  test('cancelling it ends a listing that Google does not answer', async () => {
    const { parent, names } = location([{}]);
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', method: 'list', name: parent });
    const handle = await start({ parent });
    await world.emulator.waitFor(() => world.emulator.requests(parent, 'list').length > 0);
    await handle.cancel();
    assert.deepEqual(await handle.result(), {
      matched: 0,
      started: 0,
      outcomes: {},
      failures: [],
      results: [],
      names: [],
      unreachable: [],
      unknownAge: 0,
    });
    for (const name of names) assert.equal(world.cancels(name), 0);
  });

  test('a page token that has expired begins the listing again, and nothing is lost or counted twice', async () => {
    const { parent, names } = location(Array.from({ length: 105 }, () => ({})));
    const expired = { kind: 'status', code: 'INVALID_ARGUMENT', method: 'list', name: parent } as const;
    world.emulator.fail({ ...expired, skip: 1, times: 1 });
    const result = await (await start({ parent, dryRun: true })).result();
    assert.deepEqual(result.failures, []);
    assert.equal(result.matched, 105);
    assert.deepEqual(result.names, names);
    assert.equal(world.emulator.requests(parent, 'list').length, 4);
  });

  test('a list that fails for good is reported, and the pages before it are kept', async () => {
    const { parent } = location(Array.from({ length: 105 }, () => ({})));
    world.emulator.fail({
      kind: 'status',
      code: 'INVALID_ARGUMENT',
      method: 'list',
      name: parent,
      skip: 1,
    });
    const result = await (await start({ parent, dryRun: true })).result();
    assert.deepEqual(
      result.failures.map(({ name, type }) => [name, type]),
      [[parent, 'INVALID_ARGUMENT']],
    );
    assert.equal(result.matched, 100);
  });

  test('bad input fails at once and names the field', async () => {
    const cases: [unknown, RegExp][] = [
      [{}, /^input: .*parent/],
      [{ parent: 'projects/p/locations/l', names: ['a/b'] }, /^parent: /],
      [{ names: [] }, /^names: /],
      [{ names: ['a/b'], filter: 'x' }, /^filter: /],
      [{ names: 'a/b' }, /^names: /],
      [{ names: [5] }, /^names\.0: /],
      [{ names: ['é'.repeat(600_000)] }, /^names: .*bytes/],
      [{ parent: 'projects/../l' }, /^parent: /],
      [{ names: ['a/b'], maxConcurrent: 0 }, /^maxConcurrent: /],
      [{ names: ['a/b'], dryRun: 'yes' }, /^dryRun: /],
      [{ names: ['a/b'], name: 'a/b' }, /^name: is not a field/],
    ];
    for (const [input, message] of cases) {
      const failed = (await start(input)).result();
      await assert.rejects(failed, (error: { cause?: { type?: string; message: string } }) => {
        assert.equal(error.cause?.type, 'INVALID_ARGUMENT');
        assert.match(error.cause.message, message);
        return true;
      });
    }
  });

  test('a parent that may not be listed fails with the answer of Google or the worker', async () => {
    const failed = (await start({ parent: 'projects/other/locations/l' })).result();
    await assert.rejects(failed, (error: { cause?: { type?: string } }) => error.cause?.type === 'PERMISSION_DENIED');
  });
});
