import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { OperationResult } from '../../contract/result.js';
import type { OperationScript } from '../../emulator/index.js';
import { closeChecked } from '../support/history.js';
import { abortBySignal } from '../support/starts.js';
import { answered } from '../support/moments.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

const typed = (type: string, fields: object = {}) => ({ '@type': `type.googleapis.com/google.${type}`, ...fields });
const gemini = (state: string) => ({
  metadata: typed('ai.generativelanguage.v1main.GenerateContentBatch', { state }),
});
const dataproc = (state: string) => ({
  metadata: typed('cloud.dataproc.v1.BatchOperationMetadata'),
  response: typed('cloud.dataproc.v1.Batch', { state }),
});
const cloudRun = (condition: object) => ({
  response: typed('cloud.run.v2.Execution', { conditions: [{ type: 'Completed', ...condition }] }),
});
const transfer = (status: string) => ({ metadata: typed('storagetransfer.v1.TransferOperation', { status }) });
const INTERNAL = { error: { code: 13, message: 'failed without error' } };

const GEMINI = 'generativelanguage.googleapis.com';
const DATAPROC = 'dataproc.googleapis.com';
const RUN = 'run.googleapis.com';
const STORAGE_TRANSFER = 'storagetransfer.googleapis.com';

interface Row {
  what: string;
  service: string;
  name: string;
  result: NonNullable<OperationScript['result']>;
  outcome: OperationResult['outcome'];
  evidence: string;
}

/** The final states that Google's services show at the end of an operation whose cancel they had accepted. */
const ROWS: Row[] = [
  {
    what: 'a Gemini batch, cancelled before it started',
    service: GEMINI,
    name: 'batches/',
    result: { ...gemini('BATCH_STATE_CANCELLED'), ...INTERNAL },
    outcome: 'CANCELLED',
    evidence: 'metadata.state',
  },
  {
    what: 'a Gemini batch, cancelled midway',
    service: GEMINI,
    name: 'batches/',
    result: { ...gemini('BATCH_STATE_SUCCEEDED'), response: { '@type': 'x', items: [{ error: { code: 1 } }] } },
    outcome: 'COMPLETED',
    evidence: 'metadata.state',
  },
  {
    what: 'a Gemini batch that ran out of its 48 hours',
    service: GEMINI,
    name: 'batches/',
    result: gemini('BATCH_STATE_EXPIRED'),
    outcome: 'FAILED',
    evidence: 'metadata.state',
  },
  {
    what: 'a Dataproc batch, cancelled',
    service: DATAPROC,
    name: 'projects/p/regions/r/operations/',
    result: dataproc('CANCELLED'),
    outcome: 'CANCELLED',
    evidence: 'response.state',
  },
  {
    what: 'a Dataproc batch that failed',
    service: DATAPROC,
    name: 'projects/p/regions/r/operations/',
    result: dataproc('FAILED'),
    outcome: 'FAILED',
    evidence: 'response.state',
  },
  {
    what: 'an execution of Cloud Run, cancelled',
    service: RUN,
    name: 'projects/p/locations/l/operations/',
    result: cloudRun({ state: 'CONDITION_FAILED', executionReason: 'CANCELLED' }),
    outcome: 'CANCELLED',
    evidence: 'response.conditions.executionReason',
  },
  {
    what: 'a transfer, aborted by the user',
    service: STORAGE_TRANSFER,
    name: 'transferOperations/transferJobs-1-',
    result: transfer('ABORTED'),
    outcome: 'CANCELLED',
    evidence: 'metadata.status',
  },
  {
    what: 'error code 0, which is OK',
    service: 'aiplatform.googleapis.com',
    name: 'projects/p/locations/l/operations/',
    result: { error: { code: 0 } },
    outcome: 'COMPLETED',
    evidence: 'error.code',
  },
  {
    what: 'error code 1',
    service: 'aiplatform.googleapis.com',
    name: 'projects/p/locations/l/operations/',
    result: { error: { code: 1 } },
    outcome: 'CANCELLED',
    evidence: 'error.code',
  },
];

describe('what a service says in its own words is what is recorded', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*' });
  });
  after(() => closeChecked(world));

  function operation({ name: prefix, result }: Pick<Row, 'name' | 'result'>, script: Partial<OperationScript> = {}) {
    const name = `${prefix}${randomUUID()}`;
    world.emulator.add({ name, onCancel: { kind: 'loses', afterMs: 300 }, result, ...script });
    return name;
  }

  for (const row of ROWS) {
    const { what, service, outcome, evidence } = row;
    test(`${what}: ${outcome}, read in ${evidence}`, async () => {
      const name = operation(row);
      const result = await (await world.start('cancelOperation', { name, service })).result();
      assert.equal(result.outcome, outcome);
      assert.equal(result.evidence, evidence);
      assert.equal(result.kind, 'operation');
      assert.equal(result.cancellation.status, 'ACCEPTED');
      assert.equal(result.cancellation.won, outcome === 'CANCELLED');
    });

    test(`${what}, seen by a watcher that cancelled nothing: ${outcome}, and nothing won`, async () => {
      const name = operation(row, { completesAfterMs: 0 });
      const result = await (await world.start('watchOperation', { name, service })).result();
      assert.equal(result.outcome, outcome);
      assert.equal(result.evidence, evidence);
      assert.equal(result.cancellation.won, false);
    });
  }

  test('an abort of a watcher ends as the word says too, seen by a long poll', async () => {
    const [row] = ROWS;
    assert.ok(row !== undefined);
    const name = operation(row, { metadata: gemini('BATCH_STATE_RUNNING').metadata });
    const handle = await world.start('watchOperation', { name, service: GEMINI });
    await answered(world, name, 'get');
    await abortBySignal(handle, { reason: 'budget' });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
  });

  test('the code that a word stands for is the error of the Operation, where the service gives none', async () => {
    const name = operation({ name: 'batches/', result: gemini('BATCH_STATE_EXPIRED') });
    const result = await (await world.start('cancelOperation', { name, service: GEMINI })).result();
    assert.equal(result.operation?.error?.code, 4);
    assert.match(outcomeSentence(result), /failed with DEADLINE_EXCEEDED/);
  });

  test('a batch cancelled midway is not said to have completed despite the cancel', async () => {
    const name = operation({ name: 'batches/', result: { ...gemini('BATCH_STATE_SUCCEEDED'), response: {} } });
    const result = await (await world.start('cancelOperation', { name, service: GEMINI })).result();
    assert.equal(outcomeSentence(result), 'the operation completed, after a cancel was accepted');
  });

  for (const [what, bytes] of [
    ['that is too large for Temporal', 3_000_000],
    ['that is read by a field mask', 9_000_000],
  ] as const) {
    test(`the word is found in a body ${what}: in the metadata`, async () => {
      const result = { ...gemini('BATCH_STATE_CANCELLED'), response: { '@type': 'x' } };
      const name = operation({ name: 'batches/', result }, { responseBytes: bytes });
      const recorded = await (await world.start('cancelOperation', { name, service: GEMINI })).result();
      assert.equal(recorded.outcome, 'CANCELLED');
      assert.equal(recorded.evidence, 'metadata.state');
      assert.equal(recorded.responseOmitted, true);
      assert.equal(recorded.cancellation.won, true);
    });

    test(`the word is found in a body ${what}: in the response`, async () => {
      const name = operation(
        { name: 'projects/p/regions/r/operations/', result: dataproc('CANCELLED') },
        { responseBytes: bytes },
      );
      const recorded = await (await world.start('cancelOperation', { name, service: DATAPROC })).result();
      assert.equal(recorded.outcome, 'CANCELLED');
      assert.equal(recorded.evidence, 'response.state');
      assert.equal(recorded.responseOmitted, true);
    });
  }

  test('a field mask that the service refuses is replaced by the one that every service takes', async () => {
    const name = operation(
      { name: 'batches/', result: { response: { '@type': 'x' } } },
      { responseBytes: 9_000_000, completesAfterMs: 0 },
    );
    // The first request meets the whole body, the second one the mask.
    world.emulator.fail({ kind: 'status', code: 'INVALID_ARGUMENT', name, skip: 1, times: 1 });
    const recorded = await (await world.start('watchOperation', { name, service: GEMINI })).result();
    assert.equal(recorded.outcome, 'COMPLETED');
    assert.equal(recorded.evidence, 'error.code', 'whether there is a response was not read');
    const urls = world.emulator.requests(name).map(({ url }) => decodeURIComponent(url.split('fields=')[1] ?? ''));
    assert.deepEqual(urls, ['', 'name,done,error,metadata', 'name,done,error']);
  });
});
