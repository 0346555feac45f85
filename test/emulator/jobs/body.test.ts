import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { jobSecret } from '../../../emulator/index.js';
import { call, clock, emulatorFor, get, post, problem } from '../support.js';
import { BATCH, BUILD, CUSTOM, DATAFLOW, EXECUTION, PIPELINE, QUERY, SERVERLESS, SPARK } from './support.js';

const START = Date.UTC(2026, 0, 1);
const AT = '2026-01-01T00:00:00.000Z';
const BIG = '/bigquery/v2/projects/p/jobs/q1?location=us-central1';

describe('the body of a job', () => {
  it('has the word, the times and the name of Vertex AI, and no done', async (t) => {
    const { now, move } = clock(START);
    const emulator = await emulatorFor(t, { now });
    emulator.add({ name: CUSTOM, completesAfterMs: 1_000 });
    const fields = 'name,done,state,createTime,startTime,endTime,error';
    assert.deepEqual((await get(emulator, `${CUSTOM}?fields=${fields}`)).json(), {
      name: CUSTOM,
      state: 'JOB_STATE_RUNNING',
      createTime: AT,
      startTime: AT,
    });
    move(5_000);
    const ended = (await get(emulator, CUSTOM)).json();
    assert.deepEqual([ended['state'], ended['endTime']], ['JOB_STATE_SUCCEEDED', '2026-01-01T00:00:01.000Z']);
  });

  it('holds a secret, unless fields leaves it out', async (t) => {
    const emulator = await emulatorFor(t);
    for (const job of [{ name: CUSTOM }, QUERY, DATAFLOW, SPARK, SERVERLESS, EXECUTION, BUILD]) emulator.add(job);
    const paths = [
      `/v1/${CUSTOM}?`,
      `${BIG}&`,
      `/v1b3/${DATAFLOW.name}?`,
      `/v1/${SPARK.name}?`,
      `/v2/${EXECUTION.name}?`,
    ];
    for (const path of [...paths, `/v1/${SERVERLESS.name}?`, `/v1/${BUILD.name}?`]) {
      assert.match((await get(emulator, path)).text, new RegExp(jobSecret), path);
      const masked = await get(emulator, `${path}fields=name,state,status(state),createTime`);
      assert.ok(masked.status === 200 && !masked.text.includes(jobSecret), path);
    }
  });

  it('shows the words of the script one after the other, none where it has none, and unknown ones', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    const states = [{}, { afterMs: 10, state: 'JOB_STATE_PAUSED' }, { afterMs: 20, state: 'JOB_STATE_NEW' }];
    emulator.add({ name: CUSTOM, states, completesAfterMs: 30, result: { state: 'JOB_STATE_PARTIALLY_SUCCEEDED' } });
    const seen: unknown[] = [];
    for (let step = 0; step < 4; step += 1, move(10)) seen.push((await get(emulator, CUSTOM)).json()['state']);
    assert.deepEqual(seen, [undefined, 'JOB_STATE_PAUSED', 'JOB_STATE_NEW', 'JOB_STATE_PARTIALLY_SUCCEEDED']);
  });

  it('shows the error of a failure, and that of a cancel where the service has one', async (t) => {
    const emulator = await emulatorFor(t);
    for (const name of [CUSTOM, PIPELINE]) {
      emulator.add({ name });
      assert.equal((await post(emulator, `${name}:cancel`)).text, '{}\n');
    }
    const [custom, pipeline] = [(await get(emulator, CUSTOM)).json(), (await get(emulator, PIPELINE)).json()];
    assert.deepEqual([custom['state'], custom.error?.code], ['JOB_STATE_CANCELLED', 1]);
    assert.deepEqual([pipeline['state'], pipeline.error], ['PIPELINE_STATE_CANCELLED', undefined]);
    for (const cancelledWithError of [true, false]) {
      emulator.reset();
      emulator.add({ name: CUSTOM, cancelledWithError });
      await post(emulator, `${CUSTOM}:cancel`);
      assert.equal((await get(emulator, CUSTOM)).json().error !== undefined, cancelledWithError);
    }
    emulator.reset();
    emulator.add({ name: PIPELINE, onCancel: { kind: 'fails', code: 10 } });
    await post(emulator, `${PIPELINE}:cancel`);
    const failed = (await get(emulator, PIPELINE)).json();
    assert.deepEqual([failed['state'], failed.error?.code], ['PIPELINE_STATE_FAILED', 10]);
  });

  it('tells in BigQuery by its reason that it was stopped, in milliseconds when, and has no name', async (t) => {
    const emulator = await emulatorFor(t, { now: () => START });
    emulator.add(QUERY);
    const answer = (await post(emulator, BIG.replace('?', '/cancel?'))).json();
    const job = (await get(emulator, BIG)).json();
    assert.equal(answer['kind'], 'bigquery#jobCancelResponse');
    assert.deepEqual(answer['job'], job);
    const reason = { reason: 'stopped', message: 'The operation was cancelled.' };
    assert.deepEqual(job['status'], { state: 'DONE', errorResult: reason, errors: [reason] });
    assert.deepEqual(job['jobReference'], { projectId: 'p', location: 'us-central1', jobId: 'q1' });
    const time = String(START);
    assert.deepEqual(job['statistics'], { creationTime: time, startTime: time, endTime: time });
    assert.equal(job['name'], undefined);
  });

  it('tells in Cloud Run by the reason of its condition that it is being cancelled, and that it was', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({ ...EXECUTION, onCancel: { kind: 'wins', afterMs: 10 } });
    const path = `/v2/${EXECUTION.name}`;
    const completed = async () => {
      const { conditions } = (await get(emulator, path)).json() as { conditions?: Record<string, unknown>[] };
      const { state, executionReason } = conditions?.find(({ type }) => type === 'Completed') ?? {};
      return [state, executionReason];
    };
    assert.deepEqual(await completed(), ['CONDITION_RECONCILING', undefined]);
    assert.match(String((await post(emulator, `${path}:cancel`)).json()['name']), /\/operations\//);
    assert.deepEqual(await completed(), ['CONDITION_RECONCILING', 'CANCELLING']);
    move(10);
    assert.deepEqual(await completed(), ['CONDITION_FAILED', 'CANCELLED']);
    assert.equal((await get(emulator, path)).json()['cancelledCount'], 1);
  });

  it('has its id where the service has it, and the project number of the script', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: CUSTOM, projectNumber: '42' });
    for (const job of [DATAFLOW, SPARK, BUILD]) emulator.add(job);
    assert.equal((await get(emulator, CUSTOM)).json()['name'], CUSTOM.replace('/p/', '/42/'));
    assert.deepEqual((await get(emulator, `/v1/${SPARK.name}`)).json()['reference'], {
      projectId: 'p',
      jobId: 'spark-1',
    });
    const build = (await get(emulator, `/v1/${BUILD.name}`)).json();
    assert.deepEqual([build['id'], build['name'], build['status']], ['build-1', BUILD.name, 'WORKING']);
    const flow = (await get(emulator, `/v1b3/${DATAFLOW.name}`)).json();
    assert.deepEqual([flow['id'], flow['currentState']], ['flow-1', 'JOB_STATE_RUNNING']);
  });

  it('has more fields if the script says so, also such that only an ended or cancelled job has', async (t) => {
    const emulator = await emulatorFor(t);
    const result = { metadata: { status: { errors: [{ reason: 'stopped' }] } } };
    emulator.add({ ...QUERY, metadata: { etag: 'x' }, completesAfterMs: 0, result });
    const { etag, status } = (await get(emulator, BIG)).json();
    assert.deepEqual([etag, status], ['x', { state: 'DONE', errors: [{ reason: 'stopped' }] }]);
  });

  it('is gone once it expired', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({ ...BATCH, states: [{ state: 'DELETION_IN_PROGRESS' }], expiresAfterMs: 10 });
    const path = `/v1/${BATCH.name}`;
    assert.deepEqual((await get(emulator, path)).json()['status'], { state: 'DELETION_IN_PROGRESS' });
    move(10);
    assert.deepEqual(problem(await get(emulator, path)), [404, 404, 'NOT_FOUND']);
  });

  it('is padded to a size', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: PIPELINE, metadataBytes: 100_000 });
    assert.equal((await call(emulator, 'GET', PIPELINE)).text.length, 100_000);
  });
});
