import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { FinalOutcome } from '../../contract/outcome.js';
import type { OperationScript, ScriptedResult } from '../../emulator/index.js';
import { closeChecked } from '../support/history.js';
import { answered, endAfter } from '../support/moments.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';
import { addJob, answeredOrEnded, assertRecord, cancelJob, kindBy, requestsOf, startJob } from './support/jobs.js';

const CANCELLED = { error: { code: 1, message: 'cancelled' } };
const BROKEN = { error: { code: 13, message: 'broken' } };

/** An end that the service shows after it has accepted a cancel. */
interface End {
  what: string;
  kind: readonly [api: string, name: string];
  result: ScriptedResult;
  /** Whether a cancelled job has an error. */
  withError?: boolean;
  outcome: FinalOutcome;
  /** What is recorded beside it. */
  word: string;
  code?: number;
}

const PIPELINE = ['aiplatform', 'pipelineJobs'] as const;
const CUSTOM = ['aiplatform', 'customJobs'] as const;
const PREDICTION = ['aiplatform', 'batchPredictionJobs'] as const;
const QUERY = ['bigquery', 'jobs'] as const;

const STOPPED: End[] = [
  {
    what: 'a pipeline job that was cancelled without an error, as it was seen',
    kind: PIPELINE,
    result: CANCELLED,
    withError: false,
    outcome: 'CANCELLED',
    word: 'PIPELINE_STATE_CANCELLED',
    code: 1,
  },
  {
    what: 'a pipeline job that was cancelled with an error of code 1, as it is documented',
    kind: PIPELINE,
    result: CANCELLED,
    withError: true,
    outcome: 'CANCELLED',
    word: 'PIPELINE_STATE_CANCELLED',
    code: 1,
  },
  {
    what: 'a batch prediction job, of which the state alone tells that it was cancelled',
    kind: PREDICTION,
    result: CANCELLED,
    outcome: 'CANCELLED',
    word: 'JOB_STATE_CANCELLED',
    code: 1,
  },
  {
    what: 'a custom job that was cancelled and has another code in its error',
    kind: CUSTOM,
    result: { ...BROKEN, state: 'JOB_STATE_CANCELLED' },
    outcome: 'CANCELLED',
    word: 'JOB_STATE_CANCELLED',
    code: 1,
  },
  {
    what: 'a custom job that failed with code 1 in its error, which is no cancellation',
    kind: CUSTOM,
    result: { ...CANCELLED, state: 'JOB_STATE_FAILED' },
    withError: true,
    outcome: 'FAILED',
    word: 'JOB_STATE_FAILED',
    code: 2,
  },
  {
    what: 'a custom job that failed after CANCELLING',
    kind: CUSTOM,
    result: BROKEN,
    outcome: 'FAILED',
    word: 'JOB_STATE_FAILED',
    code: 13,
  },
  {
    what: 'a custom job that succeeded after CANCELLING',
    kind: CUSTOM,
    result: {},
    outcome: 'COMPLETED',
    word: 'JOB_STATE_SUCCEEDED',
  },
  {
    what: 'a custom job that expired',
    kind: CUSTOM,
    result: { state: 'JOB_STATE_EXPIRED' },
    outcome: 'FAILED',
    word: 'JOB_STATE_EXPIRED',
    code: 4,
  },
  {
    what: 'a batch prediction job that is partly done, with an error',
    kind: PREDICTION,
    result: { ...BROKEN, state: 'JOB_STATE_PARTIALLY_SUCCEEDED' },
    outcome: 'COMPLETED',
    word: 'JOB_STATE_PARTIALLY_SUCCEEDED',
  },
  {
    what: 'a Dataflow job that failed after CANCELLING',
    kind: ['dataflow', 'jobs'],
    result: BROKEN,
    outcome: 'FAILED',
    word: 'JOB_STATE_FAILED',
    code: 2,
  },
  {
    what: 'a Dataproc job that ended with ERROR after CANCEL_PENDING',
    kind: ['dataproc', 'jobs'],
    result: BROKEN,
    outcome: 'FAILED',
    word: 'ERROR',
    code: 2,
  },
  {
    what: 'a query that is DONE with the reason stopped',
    kind: QUERY,
    result: CANCELLED,
    outcome: 'CANCELLED',
    word: 'DONE',
    code: 1,
  },
  {
    what: 'a query that is DONE with another reason',
    kind: QUERY,
    result: BROKEN,
    outcome: 'FAILED',
    word: 'DONE',
    code: 2,
  },
  {
    what: 'a query that is DONE with errors on the way and no errorResult',
    kind: QUERY,
    result: { metadata: { status: { errors: [{ reason: 'stopped', message: 'a stage' }] } } },
    outcome: 'COMPLETED',
    word: 'DONE',
  },
  {
    what: 'an operation of Cloud SQL that is DONE with an error',
    kind: ['sqladmin', 'operation'],
    result: BROKEN,
    outcome: 'FAILED',
    word: 'DONE',
    code: 2,
  },
  {
    what: 'a test matrix that is FINISHED with an execution that was cancelled',
    kind: ['testing', 'testMatrices'],
    result: { metadata: { testExecutions: [{ state: 'FINISHED' }, { state: 'CANCELLED' }] } },
    outcome: 'CANCELLED',
    word: 'FINISHED',
    code: 1,
  },
  // The completion time is left out: it had not started.
  {
    what: 'an execution of Cloud Run that was cancelled before its start and has no completionTime',
    kind: ['run', 'executions'],
    result: { ...CANCELLED, metadata: { completionTime: null, startTime: null } },
    outcome: 'CANCELLED',
    word: 'CANCELLED',
    code: 1,
  },
];

/** The spellings of one and the same end, each at its service. */
const SPELLINGS: [api: string, name: string, word: string, outcome: FinalOutcome, code?: number][] = [
  ['dlp', 'dlpJobs', 'CANCELED', 'CANCELLED', 1],
  ['storagebatchoperations', 'jobs', 'CANCELED', 'CANCELLED', 1],
  ['osconfig', 'patchJobs', 'CANCELED', 'CANCELLED', 1],
  ['dataplex', 'metadataJobs', 'CANCELED', 'CANCELLED', 1],
  ['dataplex', 'dataScanJobs', 'CANCELLED', 'CANCELLED', 1],
  ['dataplex', 'taskJobs', 'ABORTED', 'CANCELLED', 1],
  ['websecurityscanner', 'scanRuns', 'KILLED', 'CANCELLED', 1],
  ['clouddeploy', 'jobRuns', 'TERMINATED', 'CANCELLED', 1],
  ['clouddeploy', 'automationRuns', 'ABORTED', 'FAILED', 2],
  ['clouddeploy', 'rollouts', 'APPROVAL_REJECTED', 'FAILED', 2],
  ['cloudbuild', 'builds', 'TIMEOUT', 'FAILED', 4],
  ['cloudbuild', 'builds', 'INTERNAL_ERROR', 'FAILED', 13],
  ['dlp', 'dlpJobs', 'DONE', 'COMPLETED'],
  ['dataproc', 'jobs', 'DONE', 'COMPLETED'],
  ['bigquery', 'jobs', 'DONE', 'COMPLETED'],
  ['container', 'operation', 'DONE', 'COMPLETED'],
  ['sqladmin', 'operation', 'DONE', 'COMPLETED'],
  ['dataflow', 'jobs', 'JOB_STATE_DRAINED', 'COMPLETED'],
  ['dataflow', 'jobs', 'JOB_STATE_UPDATED', 'COMPLETED'],
];

const ENDS = [
  ...STOPPED,
  ...SPELLINGS.map(([api, name, word, outcome, code]): End => ({
    what: `${word} of ${api} ${name}`,
    kind: [api, name],
    result: { state: word },
    outcome,
    word,
    ...(code !== undefined && { code }),
  })),
];

/** Words that are no end, however long they last. A job has none before its service has written one. */
const LASTING: [api: string, name: string, word: string | undefined][] = [
  [...CUSTOM, 'JOB_STATE_PAUSED'],
  [...CUSTOM, 'JOB_STATE_UPDATING'],
  [...CUSTOM, 'JOB_STATE_UNSPECIFIED'],
  [...CUSTOM, 'JOB_STATE_ABOLISHED'],
  [...CUSTOM, 'job_state_succeeded'],
  [...CUSTOM, 'PIPELINE_STATE_SUCCEEDED'],
  [...CUSTOM, undefined],
  [...PIPELINE, 'PIPELINE_STATE_PAUSED'],
  [...PIPELINE, 'PIPELINE_STATE_EXPIRED'],
  [...QUERY, 'FINISHED'],
  [...QUERY, undefined],
  ['dataflow', 'jobs', undefined],
  ['dataflow', 'jobs', 'JOB_STATE_DRAINING'],
  ['dataflow', 'jobs', 'JOB_STATE_STOPPED'],
  ['dataflow', 'jobs', 'JOB_STATE_PAUSED'],
  ['dataflow', 'jobs', 'JOB_STATE_RESOURCE_CLEANING_UP'],
  ['dataproc', 'jobs', 'ATTEMPT_FAILURE'],
  ['batch', 'jobs', 'DELETION_IN_PROGRESS'],
  ['clouddeploy', 'rollouts', 'HALTED'],
  ['gkehub', 'rollouts', 'PAUSED'],
  ['integrations', 'executions', 'SUSPENDED'],
  ['integrations', 'executions', 'RETRY_ON_HOLD'],
  ['workflowexecutions', 'executions', 'UNAVAILABLE'],
  ['compute', 'operation', 'PENDING'],
  ['run', 'executions', 'CONDITION_PENDING'],
  ['run', 'executions', 'DELETED'],
];

describe('the word of a job decides, and nothing else', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*' });
  });
  after(() => closeChecked(world));

  function add([api, name]: readonly [string, string], script: Omit<OperationScript, 'name'>) {
    return addJob(world, kindBy(api, name), script);
  }

  for (const { what, kind, result, withError, outcome, word, code } of ENDS)
    test(`${what}: ${outcome}`, async () => {
      const job = add(kind, {
        onCancel: { kind: 'ends', result, afterMs: 100 },
        ...(withError !== undefined && { cancelledWithError: withError }),
      });
      const recorded = await cancelJob(world, job);
      assert.equal(recorded.outcome, outcome);
      const { operation, cancellation } = recorded;
      assert.deepEqual([cancellation.status, cancellation.won], ['ACCEPTED', outcome === 'CANCELLED']);
      assert.deepEqual([operation?.metadata?.['state'], operation?.error?.code], [word, code]);
      assert.equal(operation?.done, true);
    });

  test('a cancelled job without an error is recorded with one of code 1, whose message says where it was read', async () => {
    const job = add(PIPELINE, { cancelledWithError: false });
    const handle = await startJob(world, 'cancelOperation', job);
    const result = await assertRecord(world, handle, job, 'CANCELLED', { status: 'ACCEPTED', won: true });
    assert.equal(world.emulator.operation(job.name).job?.['error'], undefined);
    assert.deepEqual(result.operation?.error, { code: 1, message: 'state is PIPELINE_STATE_CANCELLED' });
    assert.equal(outcomeSentence(result), 'the cancel won');
  });

  for (const [api, name, word] of LASTING)
    test(`${word ?? 'no word'} of ${api} ${name} is no end: it is STILL_RUNNING at the timeout`, async () => {
      const job = add([api, name], { states: [word === undefined ? {} : { state: word }] });
      const result = await (await startJob(world, 'watchOperation', job, { timeout: '1s' })).result();
      assert.equal(result.outcome, 'STILL_RUNNING');
      assert.equal(result.evidence, undefined);
      assert.equal(result.wasAlreadyDone, false);
      assert.deepEqual(result.operation?.done, false);
      assert.equal(result.operation?.error, undefined);
      assert.deepEqual(
        [result.operation?.metadata?.['state'], result.operation?.metadata?.['endTime']],
        [word, undefined],
      );
    });

  for (const [what, states] of [
    ['a word that nobody knows', [{ state: 'JOB_STATE_ABOLISHED' }]],
    ['no word', [{}]],
  ] as const)
    test(`${what} is shown by the status, and its end is awaited`, async () => {
      const job = add(CUSTOM, { states: [...states] });
      const handle = await startJob(world, 'watchOperation', job);
      await answered(world, job.name, 'get');
      const { operation } = await world.status(handle);
      assert.equal(operation?.metadata?.['state'], states[0].state);
      assert.equal(operation?.done, false);
      await endAfter(world, job.name, 'get', {}, 2);
      await assertRecord(world, handle, job, 'COMPLETED', { status: 'NOT_REQUESTED', won: false });
    });

  test('an accepted cancel whose next polls show the old word is awaited, and not sent again', async () => {
    const job = add(CUSTOM, { onCancel: { kind: 'loses' }, cancellingState: 'JOB_STATE_RUNNING' });
    const handle = await startJob(world, 'cancelOperation', job);
    // The first poll, and two after the cancel.
    await answeredOrEnded(world, handle, job, 'get', 3);
    world.emulator.complete(job.name, CANCELLED);
    const { cancellation } = await assertRecord(world, handle, job, 'CANCELLED', { status: 'ACCEPTED', won: true });
    assert.equal(cancellation.timesSent, 1);
    assert.equal(requestsOf(world, job, 'cancel').length, 1);
  });

  test('an operation of Compute Engine is DONE as its error says', async () => {
    for (const [result, outcome] of [
      [{}, 'COMPLETED'],
      [BROKEN, 'FAILED'],
    ] as const) {
      const job = add(['compute', 'operation'], { result });
      const handle = await startJob(world, 'watchOperation', job);
      await endAfter(world, job.name, 'get', result);
      await assertRecord(world, handle, job, outcome, { status: 'NOT_REQUESTED', won: false });
    }
  });

  for (const [what, at] of [
    ['CANCELLED', CANCELLED],
    ['FAILED', BROKEN],
    ['COMPLETED', {}],
  ] as const)
    test(`a job that is ${what} at the first poll was already done, and no cancel is sent`, async () => {
      for (const kind of [CUSTOM, QUERY, ['run', 'executions'] as const]) {
        const job = add(kind, { completesAfterMs: 0, result: at });
        const result = await cancelJob(world, job);
        assert.equal(result.outcome, what);
        assert.equal(result.wasAlreadyDone, true);
        assert.deepEqual([result.cancellation.status, result.cancellation.won], ['NOT_REQUESTED', false]);
        assert.deepEqual(requestsOf(world, job, 'cancel'), []);
      }
    });
});
