import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { OperationResult } from '../../contract/result.js';
import {
  certificate,
  federated,
  google,
  override,
  proxyTo,
  serviceAccount,
  tokens,
  tokensSeen,
  trust,
} from '../google/support/credentials.js';
import { serve } from '../google/support/server.js';
import { testTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { WorkerProcesses } from '../support/worker-process.js';
import { SERVICE } from '../support/world.js';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
after(() => rmSync(folder, { recursive: true }));

/** Starts a worker with these variables, and returns a function that starts a cancellation there. */
async function startWorker(t: TestContext, env: Record<string, string>) {
  const temporal = await testTemporal();
  t.after(() => temporal.stop());
  const taskQueue = `credentials-${randomUUID()}`;
  const workers = new WorkerProcesses({
    ...trust(t),
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    METADATA_SERVER_DETECTION: 'none',
    ...env,
  });
  t.after(() => workers.close());
  await workers.start();
  const connection = await Connection.connect({ address: temporal.address });
  t.after(() => connection.close());
  return () => {
    const name = `projects/p/locations/us-central1/operations/${randomUUID()}`;
    return new Client({ connection }).workflow.start<(input: object) => Promise<OperationResult>>('cancelOperation', {
      workflowId: workflowIdOf(SERVICE, name),
      taskQueue,
      args: [{ name }],
    });
  };
}

test('credentials that appear some seconds after the first poll are used, and nothing has failed', async (t) => {
  const [api, sts] = [await google(t, (token) => token === 'token-1'), await tokens(t)];
  const file = join(folder, 'credentials.json');
  const start = await startWorker(t, { GOOGLE_ENDPOINTS: override(api), GOOGLE_APPLICATION_CREDENTIALS: file });
  const handle = await start();
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

test("a service account's token that Google refuses is replaced by a new one of its key, and nothing has failed", async (t) => {
  let minted = 0;
  const answer = (token: string | undefined) => {
    if (token === undefined) return [200, { access_token: `token-${(minted += 1)}`, expires_in: 3600 }] as const;
    if (token === 'Bearer token-2') return [200, { done: true }] as const;
    return [401, { error: { code: 401, status: 'UNAUTHENTICATED' } }] as const;
  };
  const listener: RequestListener = ({ headers }, response) => {
    const isMinting = headers.host === 'oauth2.googleapis.com';
    const [status, body] = answer(isMinting ? undefined : (headers.authorization ?? ''));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const api = await serve(t, listener, certificate);
  const proxy = await proxyTo(t, api.port);
  const start = await startWorker(t, { GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t), HTTPS_PROXY: proxy.url });
  for (const _ of [1, 2]) assert.equal((await (await start()).result()).outcome, 'COMPLETED');
  assert.equal(minted, 2);
  const sent = tokensSeen(api).filter((token) => token !== undefined);
  assert.deepEqual([sent[0], ...new Set(sent.slice(1))], ['Bearer token-1', 'Bearer token-2']);
});
