import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { run } from '../cli/support/command.js';
import { type OtherWorker, startOtherWorker } from '../support/other-worker.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';

/** Text that would be a link and a row of its own in the Temporal UI. */
const MARKDOWN = '[x](https://evil.example) |\n| <b>y</b>';

describe('a workflow of another type that has the id of an operation', TOGETHER, () => {
  let world: World;
  let others: OtherWorker;
  before(async () => {
    world = await startWorld();
    others = await startOtherWorker(world.address, fileURLToPath(new URL('support/others.js', import.meta.url)));
  });
  after(async () => {
    await others.stop();
    await world.close();
  });

  async function hold(
    type: string,
    taskQueue: string,
    ...args: unknown[]
  ): Promise<{ name: string; handle: WorkflowHandle }> {
    const name = world.operation();
    const workflowId = workflowIdOf(SERVICE, name);
    return { name, handle: await world.client.workflow.start(type, { workflowId, taskQueue, args }) };
  }

  const HOLDERS: [who: string, hold: () => Promise<{ name: string; handle: WorkflowHandle }>][] = [
    ['that no worker runs', () => hold('holdsTheId', `nobody-${randomUUID()}`)],
    ['that a worker runs', () => hold('holdsTheId', others.taskQueue)],
    ['that answers aborts', () => hold('answersAborts', others.taskQueue)],
  ];

  const CALLS: [what: string, call: (name: string) => Promise<unknown>][] = [
    ['cancel', (name) => world.operations.cancel({ name })],
    ['cancel without a wait', (name) => world.operations.cancel({ name }, { waitForWorker: false })],
    ['watch', (name) => world.operations.watch({ name })],
    ['watch without a wait', (name) => world.operations.watch({ name }, { waitForWorker: false })],
    ['status', (name) => world.operations.getHandle(name).status()],
    ['result', (name) => world.operations.getHandle(name).result()],
    ['abort', (name) => world.operations.getHandle(name).abort()],
    ['abort without a wait', (name) => world.operations.getHandle(name).abort({}, { waitForWorker: false })],
  ];

  for (const [who, holdId] of HOLDERS)
    for (const [what, call] of CALLS)
      test(`${what}: one ${who} is named by its type and id, and is not waited for`, async () => {
        const { name, handle } = await holdId();
        await assert.rejects(call(name), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'WORKFLOW_ID_CONFLICT', String(error));
          assert.ok(error.message.includes(handle.workflowId), error.message);
          assert.match(error.message, /type "(?:holdsTheId|answersAborts)"/);
          return true;
        });
        assert.equal((await handle.describe()).status.name, 'RUNNING');
        assert.deepEqual(world.emulator.requests(name), []);
      });

  test("one that has ended is in nobody's way", async () => {
    const { name, handle } = await hold('holdsTheId', others.taskQueue);
    await handle.terminate();
    await assert.rejects(world.operations.getHandle(name).status(), { code: 'WORKFLOW_ID_CONFLICT' });
    assert.equal((await (await world.operations.cancel({ name })).result()).outcome, 'CANCELLED');
  });

  for (const command of [['cancel'], ['cancel', '--no-wait'], ['watch'], ['watch', '--no-wait'], ['status'], ['abort']])
    test(`temporal-lro ${command.join(' ')} says what has the id, and exits with 1`, async () => {
      const { name } = await hold('holdsTheId', `nobody-${randomUUID()}`);
      const { code, stderr } = await run([
        ...command,
        name,
        '--address',
        world.address,
        '--task-queue',
        world.taskQueue,
      ]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /belongs to a workflow of type "holdsTheId"/);
      assert.match(stderr, /To see it: temporal workflow describe --workflow-id operation:/);
    });

  for (const [who, holdId] of HOLDERS)
    test(`one ${who} is a failure of a bulk, which cancels the others and ends`, async () => {
      const { name } = await holdId();
      const bulk = await world.operations.cancelAll({ names: [name, world.operation()] });
      const { outcomes, failures } = await bulk.result();
      assert.deepEqual(outcomes, { CANCELLED: 1 });
      assert.deepEqual(
        failures.map((failure) => [failure.name, failure.type]),
        [[name, 'WORKFLOW_ID_CONFLICT']],
      );
    });

  test('one that has the id of a bulk is neither joined nor cancelled', async () => {
    const requestId = randomUUID();
    const workflowId = `cancel-operations-${requestId}`;
    const handle = await world.client.workflow.start('holdsTheId', { workflowId, taskQueue: others.taskQueue });
    const held = { code: 'WORKFLOW_ID_CONFLICT' };
    await assert.rejects(world.operations.cancelAll({ names: [world.operation()] }, { requestId }), held);
    const bulk = world.operations.getBulkHandle(workflowId);
    for (const call of [() => bulk.result(), () => bulk.progress(), () => bulk.cancel()])
      await assert.rejects(call, held);
    assert.equal((await handle.describe()).raw.workflowExtendedInfo?.cancelRequested ?? false, false);
  });

  test('no word from the end of a workflow with our type that somebody else runs is shown as an outcome', async () => {
    const ends = [
      { returns: { outcome: MARKDOWN, cancellation: { won: MARKDOWN } } },
      { returns: { outcome: '__proto__' } },
      { returns: null },
      { returns: 7 },
      { fails: MARKDOWN },
    ];
    const held = await Promise.all(ends.map((end) => hold('cancelOperation', others.taskQueue, {}, end)));
    const bulk = await world.operations.cancelAll({ names: held.map(({ name }) => name) });
    const { outcomes, results, failures } = await bulk.result();
    assert.deepEqual([outcomes, results], [{}, []]);
    assert.deepEqual(
      failures.map(({ type }) => type),
      ends.map(() => 'UNKNOWN'),
    );
    const details = await world.client.workflow
      .getHandle(bulk.workflowId)
      .query<string>('__temporal_workflow_metadata');
    assert.ok(!JSON.stringify(details).includes('evil.example'));
  });
});
