import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import { describeWorkflow } from '../../../client/describe.js';
import { GoogleOperations } from '../../../client/index.js';
import { aesGcmCodec } from '../../../config/aes-gcm-codec.js';
import { createLogger, readWorkerConfig, startWorker } from '../../../worker/index.js';
import { eventsOf, until } from '../../support/history.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

/** The payload of a client with a codec of its own. */
const ENCRYPTED = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('secret') };

/** All text in a history, that of payloads included. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return typeof value === 'object' && value !== null ? Object.values(value).map(textOf).join('\n') : String(value);
}

describe('a payload that cannot be decoded does not block a workflow task', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  test('of an abort signal: it aborts', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const handle = await world.start('watchOperation', { name });
    await world.client.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handle.workflowId },
      signalName: 'abort',
      input: { payloads: [ENCRYPTED] },
    });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.aborts, 1);
  });

  test('of the start: the workflow waits for a worker that has the codec, which then cancels', async (t) => {
    const key = randomBytes(32);
    const keyFile = join(await mkdtemp(join(tmpdir(), 'codec-')), 'key');
    t.after(() => rm(dirname(keyFile), { recursive: true }));
    await writeFile(keyFile, key.toString('base64'));
    const taskQueue = `codec-${randomUUID()}`;
    const startWorkerWith = async (env: Record<string, string>) => {
      const config = readWorkerConfig({
        TEMPORAL_ADDRESS: world.address,
        TEMPORAL_TASK_QUEUE: taskQueue,
        OPERATIONS_EMULATOR_HOST: world.emulator.host,
        ...env,
      });
      return startWorker(config, { log: await createLogger({ level: 'error', format: 'json' }) });
    };
    const dataConverter = { payloadCodecs: [aesGcmCodec([key])] };
    const client = new Client({ connection: world.client.connection, dataConverter });
    const operations = new GoogleOperations(client, { taskQueue });
    const name = world.operation({ onCancel: { kind: 'wins' } });

    const withoutCodec = await startWorkerWith({});
    const handle = await operations.cancel({ name, reason: 'none of your business' }, { waitForWorker: false });
    const workflow = world.client.workflow.getHandle(handle.workflowId);
    const isFailed = (event: { workflowTaskFailedEventAttributes?: unknown }) =>
      event.workflowTaskFailedEventAttributes != null;
    await until(
      () => eventsOf(workflow),
      (events) => events.some(isFailed),
    );
    await withoutCodec.stop();
    await assert.rejects(workflow.describe(), 'Temporal’s client reads no foreign memo');
    const described = await describeWorkflow(world.client, handle.workflowId);
    assert.equal(described.status.name, 'RUNNING');
    assert.deepEqual(described.memo, { operation: undefined, reason: undefined });

    const withCodec = await startWorkerWith({ PAYLOAD_CODEC: 'aes-gcm', PAYLOAD_CODEC_KEY_FILE: keyFile });
    t.after(() => withCodec.stop());
    const { outcome, cancellation } = await handle.result();
    assert.deepEqual([outcome, cancellation.reason, cancellation.aborts], ['CANCELLED', 'none of your business', 1]);
    const history = textOf(await workflow.fetchHistory());
    assert.ok(history.includes('encrypted') && !history.includes('none of your'), 'the reason is not readable');
    assert.equal((await describeWorkflow(client, handle.workflowId)).memo?.['outcome'], 'CANCELLED');
  });
});
