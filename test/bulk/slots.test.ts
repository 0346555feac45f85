import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { CancelOperationsInput } from '../../contract/bulk.js';
import { startWorld, type World } from '../support/world.js';

/** More than a worker has activity slots. */
const MANY = 220;

const start = (world: World, input: CancelOperationsInput) =>
  world.client.workflow.start('cancelOperations', {
    workflowId: `bulk-${randomUUID()}`,
    taskQueue: world.taskQueue,
    args: [input],
  });

test(
  'waiting items leave activity slots free, so that another operation is cancelled at once',
  { timeout: 150_000 },
  async () => {
    const world = await startWorld();
    try {
      const names = Array.from({ length: MANY }, () => world.operation({ onCancel: { kind: 'ignored' } }));
      const bulk = await start(world, { names, maxConcurrent: MANY });
      const allSent = () => names.every((name) => world.cancels(name) > 0);
      await world.emulator.waitFor(allSent, { timeoutMs: 120_000 });
      const name = world.operation();
      await world.start('cancelOperation', { name });
      await world.emulator.waitFor(() => world.cancels(name) > 0, { timeoutMs: 15_000 });
      await bulk.terminate();
    } finally {
      await world.close();
    }
  },
);

test('a worker stops within three seconds while items are awaited', { timeout: 60_000 }, async () => {
  const world = await startWorld();
  let stopped = false;
  try {
    const names = Array.from({ length: 3 }, () => world.operation({ onCancel: { kind: 'ignored' } }));
    await start(world, { names });
    await world.emulator.waitFor(() => names.every((name) => world.cancels(name) > 0));
    const startedAt = Date.now();
    stopped = true;
    await world.close();
    assert.ok(Date.now() - startedAt < 3_000, `${Date.now() - startedAt} ms`);
  } finally {
    if (!stopped) await world.close();
  }
});
