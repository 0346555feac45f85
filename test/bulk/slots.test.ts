import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { CancelOperationsInput } from '../../contract/bulk.js';
import { PATIENCE_MS, until } from '../support/until.js';
import { startWorld, type World } from '../support/world.js';

/** More than a worker has activity slots. */
const MANY = 220;

const start = (world: World, input: CancelOperationsInput) =>
  world.client.workflow.start('cancelOperations', {
    workflowId: `bulk-${randomUUID()}`,
    taskQueue: world.taskQueue,
    args: [input],
  });

/** The operations to which a cancel was sent. */
function sentTo({ emulator }: World): Set<string | undefined> {
  return new Set(emulator.log.flatMap(({ method, name }) => (method === 'cancel' ? [name] : [])));
}

test(
  'items that wait leave activity slots free: another operation is cancelled at once',
  { timeout: 300_000 },
  async () => {
    const world = await startWorld();
    try {
      const names = Array.from({ length: MANY }, () => world.operation({ onCancel: { kind: 'ignored' } }));
      const bulk = await start(world, { names, maxConcurrent: MANY });
      await until(
        async () => sentTo(world).size,
        (count) => count === MANY,
        4 * PATIENCE_MS,
      );
      const name = world.operation();
      await world.start('cancelOperation', { name });
      await world.emulator.waitFor(() => world.cancels(name) > 0);
      await bulk.terminate();
    } finally {
      await world.close();
    }
  },
);

test('a worker stops while items are awaited, and does not wait for them', async () => {
  const world = await startWorld();
  let stopped = false;
  try {
    const names = Array.from({ length: 3 }, () => world.operation({ onCancel: { kind: 'ignored' } }));
    await start(world, { names });
    await world.emulator.waitFor(() => names.every((name) => world.cancels(name) > 0));
    stopped = true;
    // Its worker is given eight seconds for what is under way, and fails where it takes longer.
    await world.close();
  } finally {
    if (!stopped) await world.close();
  }
});
