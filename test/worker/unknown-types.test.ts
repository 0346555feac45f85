import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Client, Connection, type WorkflowFailedError } from '@temporalio/client';
import { startEmulator } from '../../emulator/index.js';
import { listenOnce } from '../../worker/port-check.js';
import { testTemporal } from '../support/temporal.js';
import { untilFound } from '../support/until.js';
import { spawnWorker } from '../support/worker-process.js';
import { scheduleActivity } from '../hostile/support/schedule-activity.js';

const TYPES = 300;

test('workflows and activities of unknown types fail for good, and make no series of their own', async (t) => {
  const temporal = await testTemporal();
  t.after(() => temporal.stop());
  const connection = await Connection.connect({ address: temporal.address });
  t.after(() => connection.close());
  const emulator = await startEmulator();
  t.after(() => emulator.close());
  const taskQueue = `types-${randomUUID()}`;
  const metrics = `127.0.0.1:${await listenOnce({ host: '127.0.0.1', port: 0 })}`;
  const worker = spawnWorker(t, {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
    METRICS_ADDRESS: metrics,
  });
  await worker.ready();
  const client = new Client({ connection });
  const scrape = async (): Promise<string> => (await fetch(`http://${metrics}/metrics`)).text();

  const name = 'projects/p/locations/us-central1/operations/1';
  emulator.add({ name });
  const workflowId = randomUUID();
  await client.workflow.execute('cancelOperation', { taskQueue, workflowId, args: [{ name }] });
  const before = await scrape();
  assert.match(before, /workflow_type="cancelOperation"/);

  const starts = Array.from({ length: TYPES }, (_, index) =>
    client.workflow.execute(`unknown-${index}`, { taskQueue, workflowId: randomUUID() }),
  );
  for (const end of await Promise.allSettled(starts)) {
    assert.ok(end.status === 'rejected');
    const { cause } = end.reason as WorkflowFailedError;
    assert.match(String(cause), /no workflow of type "unknown-\d+"/);
  }
  const scheduling = await scheduleActivity(connection, taskQueue, 'unknown-activity');
  await untilFound(
    async () => {
      const { events } = await client.workflow.getHandle(scheduling).fetchHistory();
      return events?.find(({ activityTaskFailedEventAttributes: failed }) =>
        failed?.failure?.message?.includes('no activity of type'),
      );
    },
    () => 'the activity has failed for good',
  );
  await client.workflow.getHandle(scheduling).terminate();
  const after = await scrape();
  assert.doesNotMatch(after, /unknown-/);
  assert.match(after, /workflow_type="cancelOperation"/);
  assert.ok(after.length < 2 * before.length + 20_000, `${before.length} and then ${after.length} characters`);
  assert.ok(worker.lines.length < TYPES + 30, `${worker.lines.length} lines of log`);
});
