import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import type { CancelOperationsInput, CancelOperationsResult } from '../../contract/bulk.js';
import type { CancelBehaviour } from '../../emulator/index.js';
import { startTemporal } from '../../devserver/index.js';
import { startWorld, type World } from '../support/world.js';

type Bulk = (input: CancelOperationsInput) => Promise<CancelOperationsResult>;

/** 2,000 with `npm run test:bulk`; fewer among the other tests. */
const COUNT = Number(process.env['BULK_COUNT'] ?? 120);
/** Low enough for several runs of the workflow. */
const SUGGESTED_EVENTS = COUNT;
/** How many are refused, and how many complete anyway. */
const FEW = 10;
const parent = `projects/p/locations/${randomUUID().slice(0, 8)}`;

describe('thousands at once', () => {
  let world: World;
  before(async () => {
    const dynamicConfig = { 'limit.historyCount.suggestContinueAsNew': SUGGESTED_EVENTS };
    world = await startWorld({ ALLOWED_OPERATIONS: 'projects/p/**' }, await startTemporal({ dynamicConfig }));
  });
  after(() => world.close());

  test('the counts are exact, every item ends, and an item costs at most 12 events over all runs', async (context) => {
    const names = Array.from({ length: COUNT }, (_, index) => `${parent}/operations/${index}`);
    for (const [index, name] of names.entries()) world.emulator.add({ name, onCancel: behaviour(index) });
    const forbidden = 'projects/other/locations/l/operations/1';
    const handle = await world.client.workflow.start<Bulk>('cancelOperations', {
      workflowId: `bulk-${randomUUID()}`,
      taskQueue: world.taskQueue,
      args: [{ names: [...names, forbidden], maxConcurrent: Math.min(100, COUNT / 3) }],
    });
    const result = await handle.result();
    assert.deepEqual(result.outcomes, { CANCELLED: COUNT - 2 * FEW, NOT_CANCELLABLE: FEW, COMPLETED: FEW });
    assert.equal(result.matched, COUNT + 1);
    assert.deepEqual(
      result.failures.map(({ name, type }) => [name, type]),
      [[forbidden, 'PERMISSION_DENIED']],
    );
    for (const [index, name] of names.entries()) {
      assert.equal(world.emulator.requests(name, 'cancel').length, 1, `${name} ${index}`);
    }
    const { events, runs } = await eventsOfChain(world.client, handle.workflowId, handle.firstExecutionRunId);
    assert.ok(events <= 12 * (COUNT + 1), `${events} events`);
    assert.ok(runs > 1, 'it continued as new in the middle');
    context.diagnostic(`${COUNT} operations: ${events} events in ${runs} runs, ${(events / COUNT).toFixed(1)} an item`);
  });
});

function behaviour(index: number): CancelBehaviour {
  if (index % (COUNT / FEW) === 7) return { kind: 'refused' };
  if (index % (COUNT / FEW) === 9) return { kind: 'loses', afterMs: 200 };
  return { kind: 'wins', afterMs: index % 50 };
}

async function eventsOfChain(client: Client, workflowId: string, firstRunId: string) {
  let events = 0;
  let runs = 0;
  for (let runId: string | undefined = firstRunId; runId !== undefined; runs++) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    events += history.events?.length ?? 0;
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return { events, runs };
}
