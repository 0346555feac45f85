import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { OperationResult } from '../../contract/result.js';
import { federated, google, override, tokens, trust } from '../google/support/credentials.js';
import { testTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { WorkerProcesses } from '../support/worker-process.js';
import { SERVICE } from '../support/world.js';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
after(() => rmSync(folder, { recursive: true }));

test('credentials that appear some seconds after the first poll are used, and nothing has failed', async (t) => {
  const temporal = await testTemporal();
  t.after(() => temporal.stop());
  const [api, sts] = [await google(t, (token) => token === 'token-1'), await tokens(t)];
  const file = join(folder, 'credentials.json');
  const taskQueue = `credentials-${randomUUID()}`;
  const workers = new WorkerProcesses({
    ...trust(t),
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    GOOGLE_ENDPOINTS: override(api),
    GOOGLE_APPLICATION_CREDENTIALS: file,
    METADATA_SERVER_DETECTION: 'none',
  });
  t.after(() => workers.close());
  await workers.start();
  const connection = await Connection.connect({ address: temporal.address });
  t.after(() => connection.close());

  const name = `projects/p/locations/us-central1/operations/${randomUUID()}`;
  const handle = await new Client({ connection }).workflow.start<(input: object) => Promise<OperationResult>>(
    'cancelOperation',
    { workflowId: workflowIdOf(SERVICE, name), taskQueue, args: [{ name }] },
  );
  await until(
    async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure?.message ?? '',
    (message) => message.includes('no Google credentials on this worker'),
  );
  assert.equal(api.requests.length, 0);
  // A rename, for a file that is half written is not JSON.
  renameSync(federated(t, `http://${sts.host}/token`), file);
  const result = await handle.result();
  assert.equal(result.outcome, 'COMPLETED');
  assert.equal(result.wasAlreadyDone, true);
});
