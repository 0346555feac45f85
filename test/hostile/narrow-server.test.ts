import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { OperationResult } from '../../contract/result.js';
import { startTemporal } from '../../devserver/index.js';
import { errorText, startOtherWorker } from '../support/other-worker.js';
import { until } from '../support/until.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

describe('a Temporal server with narrow limits', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld(
      {},
      await startTemporal({ dynamicConfig: { 'limit.maxIDLength': 150, 'system.maxCallbacksPerWorkflow': 1 } }),
    );
  });
  after(() => world.close());

  test('a bulk with one impossible name ends, says which and why, and cancels the others', async () => {
    const name = world.operation();
    const impossible = world.operation({}, { collection: 'x'.repeat(100) });
    const bulk = await world.operations.cancelAll({ names: [impossible, name] });
    const { outcomes, failures } = await bulk.result();
    assert.deepEqual(outcomes, { CANCELLED: 1 });
    assert.deepEqual(
      failures.map((failure) => [failure.name, failure.type]),
      [[impossible, 'INVALID_ARGUMENT']],
    );
    assert.match(failures[0]?.message ?? '', /Temporal refuses the request: .*length exceeds limit/i);
  });

  test('a Nexus caller who cancels an operation with as many watchers as there may be learns so, and cancels it', async (t) => {
    const endpoint = 'narrow';
    await world.client.connection.operatorService.createNexusEndpoint({
      spec: { name: endpoint, target: { worker: { namespace: 'default', taskQueue: world.taskQueue } } },
    });
    const caller = await startOtherWorker(world.address, fileURLToPath(new URL('../nexus/caller.js', import.meta.url)));
    t.after(() => caller.stop());
    const start = (workflow: string, ...args: unknown[]) =>
      world.client.workflow.start<(...args: unknown[]) => Promise<OperationResult>>(workflow, {
        workflowId: `caller-${workflow}`,
        taskQueue: caller.taskQueue,
        args: [endpoint, ...args],
      });
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const watcher = await start('callWatch', { name }, 0);
    await until(
      async () => world.polls(name),
      (polls) => polls > 0,
    );
    const canceller = await start('callCancel', { name, reason: 'budget' });
    await assert.rejects(canceller.result(), (error) =>
      /maxCallbacksPerWorkflow.*The abort was sent all the same/s.test(errorText(error)),
    );
    const { outcome, cancellation } = await watcher.result();
    assert.deepEqual([outcome, cancellation.reason], ['CANCELLED', 'budget']);
  });
});
