import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { admin, call, emulatorFor, get, post, problem } from '../support.js';
import { BATCH, CUSTOM, DATAFLOW, EXECUTION, messageOf, QUERY } from './support.js';

describe('the path of a job', () => {
  it('of BigQuery needs its location, outside of us and eu', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add(QUERY);
    emulator.add({ ...QUERY, name: 'projects/p/locations/US/jobs/q2' });
    const path = '/bigquery/v2/projects/p/jobs';
    assert.equal((await get(emulator, `${path}/q1?location=us-central1`)).status, 200);
    assert.equal((await get(emulator, `${path}/q2`)).status, 200);
    assert.equal((await get(emulator, `${path}/q2?location=us`)).status, 200);
    for (const query of ['', '?location=eu', '?location=us-east1']) {
      const reply = await get(emulator, `${path}/q1${query}`);
      assert.deepEqual(problem(reply), [404, 404, 'NOT_FOUND']);
      assert.match(messageOf(reply) ?? '', /^Not found: Job p:.+\.q1$/);
    }
    assert.equal((await post(emulator, `${path}/q1/cancel`)).status, 404);
    assert.equal((await post(emulator, `${path}/q1/cancel?location=us-central1`)).status, 200);
  });

  it('is that of its service alone', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add(QUERY);
    emulator.add({ name: CUSTOM });
    assert.equal((await get(emulator, `/v2/${QUERY.name}`)).status, 404);
    assert.equal((await get(emulator, `/bigquery/v2/${CUSTOM}`)).status, 404);
    assert.equal((await post(emulator, `${CUSTOM}/cancel`)).status, 404);
    assert.equal((await post(emulator, `${CUSTOM}:wait`)).status, 404);
    assert.equal((await call(emulator, 'PUT', CUSTOM)).status, 404);
    for (const version of ['v1', 'v1beta1', 'ui'])
      assert.equal((await get(emulator, `/${version}/${CUSTOM}`)).status, 200);
  });

  it('means the job that was added where two services have the same', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add(BATCH);
    emulator.add({ service: 'storagebatchoperations.googleapis.com', name: 'projects/p/locations/global/jobs/s1' });
    assert.deepEqual((await get(emulator, `/v1/${BATCH.name}`)).json()['status'], { state: 'RUNNING' });
    assert.equal((await get(emulator, '/v1/projects/p/locations/global/jobs/s1')).json()['state'], 'RUNNING');
  });

  it('has no cancel where the service has none, and another verb where that is another', async (t) => {
    const emulator = await emulatorFor(t);
    const zone = { service: 'compute.googleapis.com', name: 'projects/p/zones/z/operations/o1' };
    const session = { service: 'dataproc.googleapis.com', name: 'projects/p/locations/l/sessions/s1' };
    const scan = { service: 'websecurityscanner.googleapis.com', name: 'projects/p/scanConfigs/c/scanRuns/r' };
    for (const job of [zone, session, scan]) emulator.add(job);
    assert.equal((await get(emulator, `/compute/v1/${zone.name}`)).json()['status'], 'RUNNING');
    assert.equal((await post(emulator, `/compute/v1/${zone.name}:cancel`)).status, 404);
    assert.equal((await post(emulator, `/v1/${session.name}:terminate`)).status, 200);
    assert.equal((await get(emulator, `/v1/${session.name}`)).json()['state'], 'TERMINATED');
    assert.equal((await post(emulator, `/v1/${scan.name}:stop`)).status, 200);
    assert.equal((await get(emulator, `/v1/${scan.name}`)).json()['resultState'], 'KILLED');
  });

  it('leaves operations with names like those of jobs what they are', async (t) => {
    const emulator = await emulatorFor(t);
    const name = 'projects/p/locations/l/operations/operation-1';
    emulator.add({ name });
    emulator.add({ service: 'container.googleapis.com', name: name.replace(/1$/, '2') });
    assert.deepEqual((await get(emulator, `/v1/${name}`)).json(), { name });
    assert.equal((await get(emulator, `/v1/${name.replace(/1$/, '2')}`)).json()['status'], 'RUNNING');
    assert.equal((await post(emulator, `/v1/${name}:cancel`)).status, 200);
    assert.equal((await get(emulator, `/v1/${name}`)).json()['done'], true);
  });

  it('and the log tell which job a request was for', async (t) => {
    const emulator = await emulatorFor(t);
    for (const job of [QUERY, DATAFLOW, EXECUTION]) emulator.add(job);
    await post(emulator, '/bigquery/v2/projects/p/jobs/q1/cancel?location=us-central1');
    const body = JSON.stringify({ requestedState: 'JOB_STATE_CANCELLED' });
    await call(emulator, 'PUT', `/v1b3/${DATAFLOW.name}`, { body });
    await get(emulator, `/v2/${EXECUTION.name}`);
    await get(emulator, '/v2/projects/p/locations/us-central1/jobs/-/executions');
    assert.deepEqual(
      emulator.log.map(({ method, name, apiVersion }) => [method, name, apiVersion]),
      [
        ['cancel', QUERY.name, 'v2'],
        ['cancel', DATAFLOW.name, 'v1b3'],
        ['get', EXECUTION.name, 'v2'],
        ['list', 'projects/p/locations/us-central1/jobs/-/executions', 'v2'],
      ],
    );
  });
});

describe('the script of a job', () => {
  it('comes over the admin API, which tells its body', async (t) => {
    const emulator = await emulatorFor(t);
    assert.equal((await admin(emulator, 'POST', '/operations', [QUERY, { name: CUSTOM }])).status, 201);
    const { job, state } = (await admin(emulator, 'GET', `/operations?name=${CUSTOM}`)).json();
    assert.equal((job as { state?: string }).state, 'JOB_STATE_RUNNING');
    assert.deepEqual(state, { phase: 'running', cancelAccepted: false });
    const completed = await admin(emulator, 'POST', '/complete', { name: CUSTOM });
    assert.deepEqual(completed.json(), { completed: true });
    assert.equal((await get(emulator, CUSTOM)).json()['state'], 'JOB_STATE_SUCCEEDED');
  });

  it('is refused if its service has no such jobs', async (t) => {
    const emulator = await emulatorFor(t);
    assert.throws(() => emulator.add({ service: 'run.googleapis.com', name: CUSTOM }), {
      code: 'INVALID_ARGUMENT',
      message: /service is for jobs, and run\.googleapis\.com has no jobs with names such as .+customJobs\/1/,
    });
    assert.throws(() => emulator.add({ name: 'projects/p/operations/1', states: [] }), {
      code: 'INVALID_ARGUMENT',
      message: /states is for jobs, and aiplatform/,
    });
  });
});
