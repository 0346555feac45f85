import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Emulator, type Fault, startEmulator } from '../../emulator/index.js';
import { PARENT, pythonJobs } from './support/jobs.js';
import { installPythonClients } from './support/install.js';
import { type PythonClients, startPythonClients } from './support/python.js';

const NAME = `${PARENT}/operations/1`;
const RUN_METADATA = { '@type': 'type.googleapis.com/google.cloud.run.v2.Service', name: 'a service' };
const BATCH_METADATA = {
  '@type': 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch',
  model: 'models/gemini-2.5-flash',
  state: 'BATCH_STATE_RUNNING',
};

describe('the Python clients of Google and the emulator', () => {
  let emulator: Emulator;
  let python: PythonClients;
  before(async () => {
    emulator = await startEmulator();
    python = await startPythonClients(await installPythonClients(), emulator.url);
  });
  beforeEach(() => emulator.reset());
  after(async () => {
    await python?.close();
    await emulator?.close();
  });

  const called = () => emulator.log.map(({ httpMethod, url }) => `${httpMethod} ${url}`);

  it('get, wait for, cancel and delete an operation of Vertex AI, at /ui/', async () => {
    emulator.add({ name: NAME });
    assert.deepEqual(await python.value(`vertex.get_operation({'name': '${NAME}'})`), { name: NAME });
    const wait = `vertex.wait_operation(WaitOperationRequest(name='${NAME}', timeout=Duration(nanos=50000000)))`;
    assert.deepEqual(await python.value(wait), { name: NAME });
    await python.value(`vertex.cancel_operation({'name': '${NAME}'})`);
    assert.deepEqual(await python.value(`vertex.get_operation({'name': '${NAME}'})`), {
      name: NAME,
      done: true,
      error: { code: 1, message: 'The operation was cancelled.' },
    });
    await python.value(`vertex.delete_operation({'name': '${NAME}'})`);
    assert.equal((await python.error(`vertex.get_operation({'name': '${NAME}'})`)).type, 'NotFound');
    assert.deepEqual(called().slice(0, 3), [
      `GET /ui/${NAME}`,
      `POST /ui/${NAME}:wait?timeout=0.050s`,
      `POST /ui/${NAME}:cancel`,
    ]);
  });

  for (const { what, script, get, cancel, list, words } of pythonJobs)
    it(`get, list and cancel a job: ${what}`, async () => {
      emulator.add(script);
      assert.equal(await python.value(get), words[0]);
      assert.equal(((await python.value(list)) as string[]).length, 1);
      await python.value(cancel);
      assert.equal(await python.value(get), words[1]);
      assert.deepEqual(await python.value(list), []);
      assert.equal(emulator.operation(script.name).cancelsAccepted, 1);
    });

  it('read a response, an error, neither of them, and metadata of a type that they know', async () => {
    const results = [{ response: RUN_METADATA }, { error: { code: 10, message: 'aborted' } }, {}];
    for (const [id, result] of results.entries()) {
      const name = `${PARENT}/operations/${id}`;
      emulator.add({ name, completesAfterMs: 0, result, metadata: RUN_METADATA });
      const expected = { name, metadata: RUN_METADATA, done: true, ...result };
      assert.deepEqual(await python.value(`run.get_operation({'name': '${name}'})`), expected);
    }
  });

  it('read the metadata that the emulator makes up for Vertex AI, where they ask by version', async () => {
    const name = `${PARENT}/reasoningEngines/1/operations/2`;
    emulator.add({ name });
    for (const client of [`vertex.get_operation({'name': '${name}'})`, `core('v1').get_operation('${name}')`]) {
      const { metadata } = (await python.value(client)) as { metadata: Record<string, unknown> };
      assert.equal(metadata['@type'], 'type.googleapis.com/google.cloud.aiplatform.v1.DeleteOperationMetadata');
    }
    assert.deepEqual(called(), [`GET /v1/${name}`, `GET /v1/${name}`]);
  });

  it('send the timeout of wait in the body where the binding says so, and follow a version without metadata', async () => {
    emulator.add({ name: NAME });
    const wait = `run.wait_operation(WaitOperationRequest(name='${NAME}', timeout=Duration(nanos=50000000)))`;
    assert.deepEqual(await python.value(wait), { name: NAME });
    assert.deepEqual(called(), [`POST /v2/${NAME}:wait`]);
    assert.ok(Number(emulator.log[0]?.headers.contentLength) > 2);
  });

  it('list every page once, with a filter and unreachable places', async () => {
    for (const id of [0, 1, 2, 3]) {
      const name = `${PARENT}/operations/${id}`;
      emulator.add({ name, ...(id === 2 && { completesAfterMs: 0 }), ...(id === 3 && { unreachable: true }) });
    }
    const all = `[one.name for one in core('v2').list_operations('${PARENT}', filter_='done=false', page_size=1)]`;
    assert.deepEqual(
      await python.value(all),
      [0, 1].map((id) => `${PARENT}/operations/${id}`),
    );
    assert.ok(emulator.requests(PARENT, 'list').length >= 2);
    const list = (await python.value(`vertex.list_operations({'name': '${PARENT}'})`)) as {
      operations: object[];
      unreachable: string[];
    };
    assert.deepEqual([list.operations.length, list.unreachable], [3, [PARENT]]);
  });

  it('cancel through the future of an operation, which tells that it was cancelled', async () => {
    emulator.add({ name: NAME, onCancel: { kind: 'wins', afterMs: 50 } });
    const steps = `[f := future('v2', '${NAME}'), f.done(), f.cancel(), type(f.exception(timeout=30)).__name__, f.cancelled()][1:]`;
    assert.deepEqual(await python.value(steps), [false, true, 'Cancelled', true]);
  });

  it('get, list, cancel and delete a batch of the Gemini API', async () => {
    const metadata = { ...BATCH_METADATA, state: 'BATCH_STATE_CANCELLED' };
    const result = { error: { code: 13, message: 'failed without error' }, metadata };
    emulator.add({ name: 'batches/1', metadata: BATCH_METADATA, onCancel: { kind: 'ends', result } });
    const stateOf = async () => (await python.value("gemini.batches.get(name='batches/1').state.value")) as string;
    assert.equal(await stateOf(), 'JOB_STATE_RUNNING');
    assert.deepEqual(await python.value('[one.name for one in gemini.batches.list()]'), ['batches/1']);
    await python.value("gemini.batches.cancel(name='batches/1')");
    assert.equal(await stateOf(), 'JOB_STATE_CANCELLED');
    await python.value("gemini.batches.delete(name='batches/1')");
    assert.equal((await python.error("gemini.batches.get(name='batches/1')")).code, 404);
  });

  it('get an operation of the Gemini API', async () => {
    emulator.add({
      name: 'models/veo/operations/1',
      completesAfterMs: 0,
      result: { error: { code: 8, message: 'm' } },
    });
    const get = "gemini.operations.get(types.GenerateVideosOperation(name='models/veo/operations/1'))";
    assert.deepEqual(await python.value(get), {
      name: 'models/veo/operations/1',
      done: true,
      error: { code: 8, message: 'm' },
    });
  });

  it('understand each error as the one it is', async () => {
    const errors: [Fault, type: string, code: number][] = [
      [{ kind: 'status', code: 'PERMISSION_DENIED' }, 'Forbidden', 403],
      [{ kind: 'status', code: 'FAILED_PRECONDITION' }, 'BadRequest', 400],
      [{ kind: 'status', code: 'UNIMPLEMENTED' }, 'MethodNotImplemented', 501],
      [{ kind: 'status', code: 'INTERNAL' }, 'InternalServerError', 500],
      [{ kind: 'status', code: 'ABORTED' }, 'Conflict', 409],
      [{ kind: 'too-many-requests', retryDelay: '1.500s' }, 'TooManyRequests', 429],
      [{ kind: 'rate-limit-exceeded' }, 'Forbidden', 403],
    ];
    emulator.add({ name: NAME });
    for (const [fault, type, code] of errors) {
      emulator.fail({ ...fault, times: 1 });
      const error = await python.error(`vertex.cancel_operation({'name': '${NAME}'})`);
      assert.deepEqual([error.type, error.code], [type, code], JSON.stringify(error));
    }
    assert.equal(emulator.operation(NAME).cancelsAccepted, 0);
  });

  it('read the details of an error: RetryInfo, ErrorInfo', async () => {
    emulator.add({ name: NAME });
    emulator.fail({ kind: 'too-many-requests', retryDelay: '1.500s', times: 1 });
    const [retry] = (await python.error(`vertex.get_operation({'name': '${NAME}'})`)).details;
    assert.equal(retry?.['retryDelay'], '1.500s');
    emulator.fail({ kind: 'rate-limit-exceeded', times: 1 });
    const [info] = (await python.error(`vertex.get_operation({'name': '${NAME}'})`)).details;
    assert.equal(info?.['reason'], 'RATE_LIMIT_EXCEEDED');
  });

  it('survive the page of a proxy', async () => {
    emulator.add({ name: NAME });
    emulator.fail({ kind: 'html', status: 502, times: 1 });
    const error = await python.error(`vertex.cancel_operation({'name': '${NAME}'})`);
    assert.deepEqual([error.type, error.code], ['BadGateway', 502]);
  });
});
