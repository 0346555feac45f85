import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { OperationScript, ScriptedResult } from '../../emulator/index.js';
import { closeChecked, timersOf, until } from '../support/history.js';
import { answered, endAfter } from '../support/moments.js';
import { isAtLeast } from '../support/pauses.js';
import { failureOf } from '../support/starts.js';
import { type Handle, startWorld, TOGETHER, type World } from '../support/world.js';
import {
  addDoneJob,
  addJob,
  answeredOrEnded,
  assertRecord,
  cancelJob,
  type Job,
  kindBy,
  requestsOf,
  startJob,
} from './support/jobs.js';

const CANCELLED = { error: { code: 1, message: 'cancelled' } };
/** A kind: the first label of its service, and its name. */
type KindOf = readonly [api: string, name: string];

const CUSTOM: KindOf = ['aiplatform', 'customJobs'];
const DATAFLOW: KindOf = ['dataflow', 'jobs'];
const SPARK: KindOf = ['dataproc', 'jobs'];
const SERVERLESS: KindOf = ['dataproc', 'batches'];
const EXECUTION: KindOf = ['run', 'executions'];
const BATCH: KindOf = ['batch', 'jobs'];

/** The answers of services to the cancel of a job that is done, with the word of one that ended well. */
const WHEN_DONE: [kind: KindOf, status: 'ACCEPTED' | 'REFUSED', text?: RegExp][] = [
  [CUSTOM, 'REFUSED', /^The CustomJob "projects\/p\/.+" is in state JOB_STATE_\w+ and cannot be canceled\.$/],
  [['aiplatform', 'trainingPipelines'], 'REFUSED', /in state PIPELINE_STATE_\w+ and cannot be canceled/],
  [SPARK, 'REFUSED', /cancellable states: '\[PENDING, RUNNING\]'/],
  [DATAFLOW, 'REFUSED', /Job has terminated in state/],
  [['cloudbuild', 'builds'], 'REFUSED', /cannot be cancelled/],
  [['bigquery', 'jobs'], 'ACCEPTED'],
  [['testing', 'testMatrices'], 'ACCEPTED'],
];

describe('the cancel of a job says what its service says, and its state decides', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*' });
  });
  after(() => closeChecked(world));

  function add([api, name]: KindOf, script: Omit<OperationScript, 'name'> = {}): Job {
    return addJob(world, kindBy(api, name), script);
  }

  /** A job that is done when the cancel comes. */
  function addDone([api, name]: KindOf, result: ScriptedResult): Job {
    return addDoneJob(world, kindBy(api, name), { result });
  }

  /** The pauses between the cancels of a job, in ms. */
  function pausesOf(job: Job): number[] {
    const cancels = requestsOf(world, job, 'cancel');
    return cancels.slice(1).map(({ at }, index) => at - (cancels[index]?.endedAt ?? at));
  }

  for (const [kind, status, text] of WHEN_DONE) {
    const what = `a ${status === 'REFUSED' ? '400' : '200'} for a job of ${kind.join(' ')} that is done`;

    test(`${what} decides nothing: it completed`, async () => {
      const job = addDone(kind, {});
      const handle = await startJob(world, 'cancelOperation', job);
      const { cancellation } = await assertRecord(world, handle, job, 'COMPLETED', { status, won: false });
      assert.match(cancellation.error?.message ?? '', text ?? /^$/);
    });

    if (status === 'REFUSED')
      test(`${what} decides nothing: somebody else had cancelled it, and ours did not win`, async () => {
        const job = addDone(kind, CANCELLED);
        const handle = await startJob(world, 'cancelOperation', job);
        const result = await assertRecord(world, handle, job, 'CANCELLED', { status, won: false });
        assert.equal(outcomeSentence(result), 'cancelled, but not by a cancel that was accepted here');
      });
  }

  for (const [kind, word, outcome, result] of [
    [CUSTOM, 'JOB_STATE_CANCELLING', 'CANCELLED', CANCELLED],
    [CUSTOM, 'JOB_STATE_CANCELLING', 'COMPLETED', {}],
    [['aiplatform', 'pipelineJobs'], 'PIPELINE_STATE_CANCELLING', 'CANCELLED', CANCELLED],
    [SPARK, 'CANCEL_PENDING', 'CANCELLED', CANCELLED],
    [SPARK, 'CANCEL_STARTED', 'FAILED', { error: { code: 13 } }],
  ] as const)
    test(`${word} at the first poll, and a refusal that says so: it ends ${outcome}, and nothing won`, async () => {
      // The refusal of Vertex AI and Dataproc names the state.
      const refused = kind === SPARK ? {} : ({ onCancel: { kind: 'refused' } } as const);
      const job = add(kind, { states: [{ state: word }], ...refused });
      const handle = await startJob(world, 'cancelOperation', job);
      await answeredOrEnded(world, handle, job, 'cancel', 1);
      await answeredOrEnded(world, handle, job, 'get', 3);
      world.emulator.complete(job.name, result);
      const { cancellation } = await assertRecord(world, handle, job, outcome, { status: 'REFUSED', won: false });
      assert.ok(cancellation.error?.message.includes(word), cancellation.error?.message);
    });

  test('what runs and is refused for good is NOT_CANCELLABLE, with its state and nothing else', async () => {
    const job = add(CUSTOM, { onCancel: { kind: 'refused', message: 'The job is not cancellable.' } });
    const { outcome, cancellation, operation, evidence } = await cancelJob(world, job);
    assert.equal(outcome, 'NOT_CANCELLABLE');
    assert.equal(evidence, undefined);
    assert.equal(cancellation.status, 'REFUSED');
    assert.deepEqual(Object.keys(operation ?? {}).toSorted(), ['done', 'metadata', 'name']);
    assert.equal(operation?.metadata?.['state'], 'JOB_STATE_RUNNING');
  });

  test('a cancel that Dataproc accepted stays accepted, though it refuses the second', async () => {
    const job = add(SPARK, { onCancel: { kind: 'loses' } });
    const handle = await startJob(world, 'cancelOperation', job, { resendCancelAfter: '500ms' });
    await answeredOrEnded(world, handle, job, 'cancel', 2);
    const { cancellation } = await until(
      () => world.status(handle),
      (status) => status.cancellation.timesSent >= 2,
    );
    assert.equal(cancellation.status, 'ACCEPTED');
    assert.match(cancellation.error?.message ?? '', /with state 'CANCEL_PENDING'; cancellable states/);
    world.emulator.complete(job.name, CANCELLED);
    await assertRecord(world, handle, job, 'CANCELLED', { status: 'ACCEPTED', won: true });
    const [first, second] = requestsOf(world, job, 'cancel');
    assert.deepEqual([first?.effect, second?.effect], ['cancel-accepted', 'cancel-refused']);
  });

  /** Waits until the cancel has been sent for the second time, about five seconds after the first. */
  async function sentAgain(handle: Handle, job: Job): Promise<void> {
    await answeredOrEnded(world, handle, job, 'cancel', 2);
    const [pause] = pausesOf(job);
    assert.ok(isAtLeast(pause, 4_900), `sent again after ${pause} ms`);
    const [timer = 0] = await timersOf(handle);
    assert.ok(timer > 3_000 && timer <= 5_000, `a timer of ${timer} ms`);
  }

  for (const [kind, state] of [
    [SPARK, 'SETUP_DONE'],
    [DATAFLOW, 'JOB_STATE_QUEUED'],
    [DATAFLOW, 'JOB_STATE_PENDING'],
  ] as const)
    test(`${state} of ${kind.join(' ')} cannot be cancelled yet: the cancel is sent again after five seconds`, async () => {
      const job = add(kind, { states: [{ state }] });
      // Of the text nothing can be read: the state says it.
      world.emulator.fail({
        kind: 'status',
        code: 'FAILED_PRECONDITION',
        message: 'No.',
        name: job.name,
        method: 'cancel',
      });
      const handle = await startJob(world, 'cancelOperation', job);
      await sentAgain(handle, job);
      world.emulator.complete(job.name, CANCELLED);
      await assertRecord(world, handle, job, 'CANCELLED', { status: 'REFUSED', won: false });
    });

  test('a missing permission does not pass with the state: SETUP_DONE and a 403 fail at once', async () => {
    const job = add(SPARK, { states: [{ state: 'SETUP_DONE' }] });
    world.emulator.fail({ kind: 'status', code: 'PERMISSION_DENIED', name: job.name, method: 'cancel' });
    const failure = await failureOf(await startJob(world, 'cancelOperation', job));
    assert.equal(failure.type, 'PERMISSION_DENIED');
    assert.equal(requestsOf(world, job, 'cancel').length, 1);
  });

  test('a refusal whose reason cannot be read is none for good: a failed poll after it does not end the following', async () => {
    const job = add(SPARK, { states: [{ state: 'SETUP_DONE' }] });
    const { name } = job;
    world.emulator.fail({ kind: 'status', code: 'FAILED_PRECONDITION', message: 'No.', name, method: 'cancel' });
    // After the first poll, and before the one that would confirm that it runs.
    world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name, method: 'get', skip: 1, times: 1 });
    const handle = await startJob(world, 'cancelOperation', job);
    await sentAgain(handle, job);
    world.emulator.complete(name, {});
    await assertRecord(world, handle, job, 'COMPLETED', { status: 'REFUSED', won: false });
  });

  for (const [kind, message] of [
    [
      DATAFLOW,
      'Operation cancel not allowed for JOB j. Job is not yet ready for canceling. Please retry in a few minutes.',
    ],
    [SPARK, "Cannot cancel jobId 'j' with state 'SETUP_DONE'; cancellable states: '[PENDING, RUNNING]'"],
  ] as const)
    test(`"${message}" is no refusal for good, and the second cancel wins`, async () => {
      const job = add(kind, { onCancel: { kind: 'refused', times: 1, message } });
      const handle = await startJob(world, 'cancelOperation', job);
      await sentAgain(handle, job);
      const { cancellation } = await assertRecord(world, handle, job, 'CANCELLED', { status: 'ACCEPTED', won: true });
      assert.deepEqual([cancellation.timesSent, cancellation.error], [2, undefined]);
    });

  test('a batch of Dataproc is cancelled by the operation that makes it, and its own state decides', async () => {
    const job = add(SERVERLESS, { onCancel: { kind: 'wins', afterMs: 100 } });
    const handle = await startJob(world, 'cancelOperation', job);
    await assertRecord(world, handle, job, 'CANCELLED', { status: 'ACCEPTED', won: true });
    const operation = job.name.replace('/locations/', '/regions/').replace('/batches/', '/operations/');
    const urls = requestsOf(world, job).map(({ httpMethod, url }) => `${httpMethod} ${url}`);
    assert.deepEqual(
      urls.filter((url) => url.startsWith('POST')),
      [`POST /v1/${operation}:cancel`],
    );
    assert.equal(urls.filter((url) => url === `GET /v1/${job.name}?fields=operation`).length, 1);
    assert.ok(!urls.some((url) => url.startsWith(`GET /v1/${operation}`)), 'the operation is not polled');
  });

  for (const operation of [
    'projects/other/regions/us-central1/operations/1',
    'projects/p/regions/us-east1/operations/1',
    'projects/p/locations/us-central1/batches/1',
  ])
    test(`a batch that names ${operation} as its operation is not cancelled by it, and is followed on`, async () => {
      const job = add(SERVERLESS, { metadata: { operation } });
      const handle = await startJob(world, 'cancelOperation', job);
      const gets = () => requestsOf(world, job, 'get').filter(({ url }) => url.endsWith('fields=operation'));
      await world.emulator.waitFor(() => gets().some(({ endedAt }) => endedAt !== undefined));
      world.emulator.complete(job.name, {});
      const { outcome, cancellation } = await handle.result();
      assert.equal(outcome, 'COMPLETED');
      assert.deepEqual([cancellation.status, cancellation.timesSent, cancellation.won], ['REQUESTED', 0, false]);
      assert.ok(!world.emulator.log.some(({ url }) => url.startsWith(`/v1/${operation}:`)), 'no request went there');
    });

  for (const [kind, script, what] of [
    [BATCH, { states: [{ state: 'DELETION_IN_PROGRESS' }] }, 'a job of Batch that is being deleted'],
    [EXECUTION, { states: [{ state: 'DELETED' }] }, 'an execution of Cloud Run with the reason DELETED'],
    [CUSTOM, {}, 'a custom job that is deleted after its cancel was accepted'],
  ] as [KindOf, Pick<OperationScript, 'states'>, string][])
    test(`${what} is LOST once it is gone, and not CANCELLED`, async () => {
      const job = add(kind, { ...script, onCancel: { kind: 'ignored' } });
      const handle = await startJob(world, 'cancelOperation', job, { notFoundGrace: '100ms' });
      await answeredOrEnded(world, handle, job, 'cancel', 1);
      world.emulator.expire(job.name);
      const { outcome, cancellation, operation } = await handle.result();
      assert.equal(outcome, 'LOST');
      assert.deepEqual([cancellation.status, cancellation.won, operation?.done], ['ACCEPTED', false, false]);
    });

  test('the cancel of an execution of Cloud Run has no body and no validateOnly, which would cancel nothing', async () => {
    const job = add(EXECUTION);
    assert.equal((await cancelJob(world, job)).cancellation.won, true);
    const [{ url, headers } = {}] = requestsOf(world, job, 'cancel');
    assert.equal(url, `/v2/${job.name}:cancel`);
    assert.equal(headers?.contentLength ?? '0', '0');
  });

  test('the cancel of a Dataflow job updates its state alone: no updateMask, and no labels that would force it', async () => {
    const job = add(DATAFLOW);
    assert.equal((await cancelJob(world, job)).cancellation.won, true);
    const [{ url, headers, httpMethod } = {}] = requestsOf(world, job, 'cancel');
    assert.equal(`${httpMethod} ${url}`, `PUT /v1b3/${job.name}`);
    assert.equal(headers?.contentLength, String('{"requestedState":"JOB_STATE_CANCELLED"}'.length));
  });

  test('a job is recorded by the name that was asked for, though Vertex AI answers with the number of the project', async () => {
    const job = add(CUSTOM, { projectNumber: '123' });
    const handle = await startJob(world, 'cancelOperation', job);
    await assertRecord(world, handle, job, 'CANCELLED', { status: 'ACCEPTED', won: true });
    assert.match(String(world.emulator.operation(job.name).job?.['name']), /^projects\/123\//);
  });

  test('a watched job whose abort comes while it runs is cancelled, too', async () => {
    const job = add(['aiplatform', 'pipelineJobs'], { onCancel: { kind: 'wins', afterMs: 100 } });
    const handle = await startJob(world, 'watchOperation', job);
    await answered(world, job.name, 'get');
    await handle.signal('abort', { reason: 'budget' });
    const { cancellation } = await assertRecord(world, handle, job, 'CANCELLED', { status: 'ACCEPTED', won: true });
    assert.equal(cancellation.reason, 'budget');
  });

  test('a watched operation of Compute Engine whose abort comes is followed to its end, and nothing is sent', async () => {
    const job = add(['compute', 'operation']);
    const handle = await startJob(world, 'watchOperation', job);
    await answered(world, job.name, 'get');
    await handle.signal('abort', {});
    await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.status === 'NOT_SUPPORTED',
    );
    await endAfter(world, job.name, 'get', {});
    const { cancellation } = await assertRecord(world, handle, job, 'COMPLETED', {
      status: 'NOT_SUPPORTED',
      won: false,
    });
    assert.match(cancellation.error?.message ?? '', /Compute Engine has no cancel of operations/);
    assert.equal(cancellation.timesSent, 0);
    assert.deepEqual(requestsOf(world, job, 'cancel'), []);
  });
});
