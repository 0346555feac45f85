import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventsOf } from '../support/history.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

describe('people go before crowds, by the priority keys of Temporal', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  /** The priority key of the start of a workflow, and of its activities by type. */
  async function keysOf(workflowId: string): Promise<Record<string, number | undefined>> {
    const events = await eventsOf(world.client.workflow.getHandle(workflowId) as never);
    const start = events.find((event) => event.workflowExecutionStartedEventAttributes);
    const activities = events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
    const keyOf = (priority: { priorityKey?: number | null } | null | undefined) => priority?.priorityKey || undefined;
    return {
      start: keyOf(start?.workflowExecutionStartedEventAttributes?.priority),
      ...Object.fromEntries(activities.map(({ activityType, priority }) => [activityType?.name, keyOf(priority)])),
    };
  }

  test('a cancel goes one key before what else waits with the key of its workflow, which the caller may choose', async () => {
    for (const [priorityKey, expected] of [
      [undefined, { start: undefined, cancelOperation: 2 }],
      [5, { start: 5, cancelOperation: 4 }],
      [1, { start: 1, cancelOperation: 1 }],
    ] as const) {
      const priority = priorityKey === undefined ? undefined : { priorityKey };
      const handle = await world.operations.cancel({ name: world.operation() }, { priority });
      await handle.result();
      const { start, cancelOperation } = await keysOf(handle.workflowId);
      assert.deepEqual({ start, cancelOperation }, expected);
    }
  });

  test('the items of a bulk go after single requests, and their cancels before its own activities', async () => {
    const name = world.operation();
    const bulk = await world.operations.cancelAll({ names: [name] }, { priority: { priorityKey: 2 } });
    await bulk.result();
    const { start, cancelItem } = await keysOf(bulk.workflowId);
    assert.deepEqual([start, cancelItem], [2, 3]);
    const { workflowId } = world.operations.getHandle(name);
    const item = await keysOf(workflowId);
    assert.deepEqual([item['start'], item['cancelOperation']], [3, 2]);
  });
});
