import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { GoogleOperations } from '../../client/index.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { until } from '../support/until.js';
import { testTemporal, type TestTemporal } from '../support/temporal.js';
import { SERVICE } from '../support/world.js';
import { startTarget } from './support/under-attack.js';

const AT_ONCE = 25;

describe('whoever may start workflows cannot stop the cancellations of others', { timeout: 600_000 }, () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await testTemporal();
  });
  after(() => temporal.stop());

  /** Without the bounds a cancel took a minute and more, and `/healthz` did not answer for 25 s. */
  test('by 250 ids that they hold on a task queue that nobody polls, and one bulk of 500', async (t) => {
    const { harness, holdsOut } = await startTarget(t, temporal.address);
    const { client, taskQueue, emulator } = harness;
    const names = Array.from({ length: 500 }, (_, n) => `projects/p/locations/us-central1/operations/held${n}`);
    for (const name of names) emulator.add({ name, onCancel: { kind: 'ignored' } });
    const nobody = new GoogleOperations(client, { taskQueue: `${taskQueue}-nobody` });
    await forEachConcurrently(names.slice(0, 250), AT_ONCE, async (name) => {
      await nobody.watch({ name }, { waitForWorker: false });
    });
    const attacker = new GoogleOperations(client, { taskQueue });
    const bulk = await holdsOut(async () => {
      const started = await attacker.cancelAll({ names, maxConcurrent: 500 });
      await until(
        () => started.progress(),
        ({ started: count }) => count >= 100,
      );
      return started;
    });
    assert.equal((await client.workflow.getHandle(bulk.workflowId).describe()).status.name, 'RUNNING');
    // Left open, a thousand tasks that time out would keep the server of the other tests busy. Not all were started.
    const ids = [bulk.workflowId, ...names.map((name) => workflowIdOf(SERVICE, name))];
    await forEachConcurrently(ids, AT_ONCE, async (id) => {
      await client.workflow
        .getHandle(id)
        .terminate()
        .catch(() => undefined);
    });
  });
});
