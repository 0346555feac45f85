import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { jobSecret } from '../../emulator/index.js';
import { jobJson } from '../../emulator/jobs/body.js';
import type { Kind } from '../../google/kinds/kind.js';
import { decoded } from '../support/decoded.js';
import { closeChecked } from '../support/history.js';
import { failureOf, startWith } from '../support/starts.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';
import { FrontEnd } from './support/front-end.js';
import { addJob, cancelJob, type Job, kindBy, requestsOf, startJob } from './support/jobs.js';

const P = 'projects/p/locations/us-central1';
const BIGQUERY = 'bigquery.googleapis.com';

describe('the name of a job is checked before anything is sent', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*' });
  });
  after(() => closeChecked(world));

  for (const [service, name, message] of [
    [BIGQUERY, 'projects/p/jobs/q', /has its location in it, as projects\/p\/locations\/US\/jobs\/id/],
    ['aiplatform.googleapis.com', `${P}/notebookExecutionJobs/1`, /has no cancel and can only be deleted/],
    ['aiplatform.googleapis.com', `${P}/schedules/1`, /has no cancel; :pause keeps it from starting jobs/],
    ['transcoder.googleapis.com', `${P}/jobs/1`, /can only be deleted/],
    ['dataproc.googleapis.com', `${P}/jobs/1`, /projects\/…\/regions\/…\/jobs\/…/],
    ['run.googleapis.com', `${P}/jobs/1`, /projects\/…\/locations\/…\/jobs\/…\/executions\/…/],
  ] as const)
    test(`${name} of ${service} is refused with what is accepted, and no request is sent`, async () => {
      const before = world.emulator.requests(name).length;
      for (const type of ['cancelOperation', 'watchOperation'] as const) {
        const failure = await failureOf(await startWith(world, type, [{ service, name }]));
        assert.equal(failure.type, 'INVALID_ARGUMENT');
        assert.match(failure.message, message);
      }
      assert.equal(world.emulator.requests(name).length, before);
    });

  test('a query in another location is NOT_FOUND, with the location that was asked for', async () => {
    const { name } = addJob(world, kindBy('bigquery', 'jobs'));
    const elsewhere = name.replace('us-central1', 'europe-west1');
    const input = { service: BIGQUERY, name: elsewhere, notFoundGrace: '100ms' };
    const failure = await failureOf(await startWith(world, 'cancelOperation', [input]));
    assert.equal(failure.type, 'NOT_FOUND');
    assert.match(failure.message, /Not found: Job p:europe-west1\.j/);
    assert.match(failure.message, /Check the name, its location \(europe-west1\), service/);
    assert.deepEqual(world.emulator.requests(name), []);
  });

  test('the operation of a job is an operation, and not the job', async () => {
    const name = `${P}/customJobs/1/operations/2`;
    world.emulator.add({ name });
    const result = await (await world.start('cancelOperation', { name })).result();
    assert.deepEqual([result.kind, result.outcome, result.evidence], ['operation', 'CANCELLED', 'error.code']);
  });

  test('the version that is asked for is the one that is used', async () => {
    const job = addJob(world, kindBy('aiplatform', 'customJobs'));
    assert.equal((await cancelJob(world, job, { apiVersion: 'v1' })).outcome, 'CANCELLED');
    assert.deepEqual([...new Set(requestsOf(world, job).map(({ apiVersion }) => apiVersion))], ['v1']);
  });
});

describe("the worker's rules hold for jobs", TOGETHER, () => {
  let strict: World;
  let onlyOperations: World;
  before(async () => {
    strict = await startWorld({
      GOOGLE_SERVICES: 'aiplatform.googleapis.com,dataproc.googleapis.com',
      ALLOWED_OPERATIONS: 'projects/p/**/customJobs/*,projects/p/locations/*/batches/*',
    });
    onlyOperations = await startWorld({ ALLOWED_OPERATIONS: 'projects/p/**/operations/*' });
  });
  after(async () => {
    await closeChecked(strict);
    await closeChecked(onlyOperations);
  });

  async function assertDenied(world: World, job: Job, variable: string): Promise<void> {
    const failure = await failureOf(await startJob(world, 'cancelOperation', job));
    assert.equal(failure.type, 'PERMISSION_DENIED');
    assert.ok(failure.message.includes(variable), failure.message);
    assert.deepEqual(requestsOf(world, job), []);
  }

  test('a pattern of a kind allows the jobs of that kind and of no other', async () => {
    assert.equal((await cancelJob(strict, addJob(strict, kindBy('aiplatform', 'customJobs')))).outcome, 'CANCELLED');
    for (const kind of ['pipelineJobs', 'trainingPipelines'])
      await assertDenied(strict, addJob(strict, kindBy('aiplatform', kind)), 'ALLOWED_OPERATIONS');
  });

  test('a batch that is allowed may be cancelled by its operation, which has another name', async () => {
    assert.equal((await cancelJob(strict, addJob(strict, kindBy('dataproc', 'batches')))).outcome, 'CANCELLED');
    await assertDenied(strict, addJob(strict, kindBy('dataproc', 'jobs')), 'ALLOWED_OPERATIONS');
  });

  test('a pattern of operations allows no job', async () => {
    await assertDenied(
      onlyOperations,
      addJob(onlyOperations, kindBy('aiplatform', 'customJobs')),
      'ALLOWED_OPERATIONS',
    );
  });

  test('a service that is not allowed has no jobs either', async () => {
    await assertDenied(strict, addJob(strict, kindBy('dataflow', 'jobs')), 'GOOGLE_SERVICES');
  });
});

describe('of a service that sends all of a job, whatever fields it was asked for', TOGETHER, () => {
  let world: World;
  let frontEnd: FrontEnd;
  before(async () => {
    frontEnd = await FrontEnd.start();
    world = await startWorld({ GOOGLE_SERVICES: '*', OPERATIONS_EMULATOR_HOST: frontEnd.host });
  });
  after(async () => {
    await closeChecked(world);
    await frontEnd.close();
  });

  const bodyOf = (kind: Kind, name: string, result?: { error?: { code: number } }) =>
    jobJson(
      { script: { name }, addedAt: 0, events: [] },
      kind,
      result === undefined ? { phase: 'running', cancelAccepted: false } : { phase: 'done', at: 1, result },
    );

  for (const [api, of] of [
    ['aiplatform', 'customJobs'],
    ['aiplatform', 'pipelineJobs'],
    ['cloudbuild', 'builds'],
    ['dataproc', 'jobs'],
    ['run', 'executions'],
    ['testing', 'testMatrices'],
  ] as const)
    test(`nothing is kept but its state, times and error: ${of} of ${api}`, async () => {
      const kind = kindBy(api, of);
      const job = addJob(world, kind);
      const get = [bodyOf(kind, job.name), bodyOf(kind, job.name), bodyOf(kind, job.name, { error: { code: 1 } })];
      assert.ok(get.every((body) => JSON.stringify(body).includes(jobSecret)));
      const [running, , ended] = get.map((body) => ({ status: 200, body }));
      assert.ok(running !== undefined && ended !== undefined);
      // The answer to a cancel is the job, too.
      frontEnd.answers(job.name, { get: [running, running, ended], cancel: [running] });
      const handle = await startJob(world, 'cancelOperation', job);
      const result = await handle.result();
      assert.deepEqual([result.outcome, result.cancellation.won], ['CANCELLED', true]);
      const texts = [
        decoded(await handle.fetchHistory()),
        JSON.stringify(result),
        decoded((await handle.describe()).raw),
      ];
      assert.ok(!texts.join('').includes(jobSecret));
    });
});
