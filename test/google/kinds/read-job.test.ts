import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../contract/operation.js';
import { kindOf } from '../../../google/kinds/find-kind.js';
import { fieldsOfJob, readJob } from '../../../google/kinds/read-job.js';
import { meaningOf } from '../../../google/meaning.js';
import { KINDS } from '../../../google/kinds/table.js';
import { nameOfKind, statePathOf, type Kind } from '../../../google/kinds/kind.js';
import { MEANINGS, type Meanings } from './support/meanings.js';

const VERTEX = { service: 'aiplatform.googleapis.com', name: 'projects/p/locations/l/customJobs/1' };
const BIGQUERY = { service: 'bigquery.googleapis.com', name: 'projects/p/locations/US/jobs/j' };
const RUN = { service: 'run.googleapis.com', name: 'projects/p/locations/l/jobs/j/executions/e' };
const DLP = { service: 'dlp.googleapis.com', name: 'projects/p/dlpJobs/d' };
const BUILD = { service: 'cloudbuild.googleapis.com', name: 'projects/p/builds/b' };
const MATRIX = { service: 'testing.googleapis.com', name: 'projects/p/testMatrices/m' };
const GKE = { service: 'container.googleapis.com', name: 'projects/p/zones/z/operations/operation-1' };
const SQL = { service: 'sqladmin.googleapis.com', name: 'projects/p/operations/o' };

interface Ref {
  service: string;
  name: string;
}

/** What is read of a body that tells its name or id. */
function read(ref: Ref, body: JsonObject): ReturnType<typeof readJob> {
  const kind = kindOf(ref);
  assert.ok(kind);
  return readJob(kind, JSON.stringify({ ...bodyOf({ [kind.id ?? 'name']: ref.name }), ...body }), ref.name);
}

/** How a job ended, by the body of a get, and its error. */
function endOf(ref: Ref, body: JsonObject): { outcome: string | undefined; error?: unknown } {
  const operation = read(ref, body);
  const { error } = operation;
  return { outcome: meaningOf(operation, ref).verdict?.outcome, ...(error && { error }) };
}

/** A name of the kind, and a body in which each path has its value. */
function sampleOf({ service, names: [pattern = ''] }: Kind): Ref {
  return { service, name: pattern.replaceAll('*', 'x') };
}

function bodyOf(values: Record<string, unknown>): JsonObject {
  const body: JsonObject = {};
  for (const [path, value] of Object.entries(values)) {
    const parents = path.split('.');
    const last = parents.pop() ?? '';
    let object = body;
    for (const field of parents) object = (object[field] ??= {}) as JsonObject;
    object[last] = value;
  }
  return body;
}

for (const kind of KINDS.filter(({ read: reader }) => reader !== 'bigquery' && reader !== 'run')) {
  const key = `${kind.service.split('.')[0]} ${nameOfKind(kind)}`;

  test(`${key}: each word means what it says`, () => {
    const ref = sampleOf(kind);
    const meanings = Object.entries(MEANINGS[key] ?? {}) as [keyof Meanings, string][];
    assert.notEqual(meanings.length, 0);
    for (const [meaning, words] of meanings) {
      for (const word of words.split(' ')) {
        const operation = read(ref, bodyOf({ [statePathOf(kind)]: (kind.prefix ?? '') + word }));
        const { verdict, isBeingCancelled, isTooEarlyToCancel } = meaningOf(operation, ref);
        const isEnd = ['completed', 'failed', 'cancelled'].includes(meaning);
        assert.equal(verdict?.outcome, isEnd ? meaning.toUpperCase() : undefined, word);
        assert.equal(operation.done, isEnd, word);
        assert.deepEqual([isBeingCancelled, isTooEarlyToCancel], [meaning === 'stopping', meaning === 'early'], word);
        assert.equal(operation.error?.code === 1, meaning === 'cancelled', word);
        assert.equal(operation.error !== undefined, isEnd && meaning !== 'completed', word);
      }
    }
  });
}

test('a Compute Engine operation is read by its numeric id, too', () => {
  const ref = { service: 'compute.googleapis.com', name: 'projects/p/zones/z/operations/8306573462357364517' };
  const body = { name: 'operation-1700000000000-abc', id: '8306573462357364517', status: 'DONE' };
  assert.equal(endOf(ref, body).outcome, 'COMPLETED');
  assert.throws(() => read(ref, { ...body, id: '1' }), /is about another job/);
});

test('a job without a word, or with one that is not known, runs, and the word is shown', () => {
  for (const kind of KINDS.filter(({ read: reader }) => reader !== 'run')) {
    const ref = sampleOf(kind);
    assert.deepEqual(read(ref, { labels: {} }), { name: ref.name, done: false, metadata: {} });
    const unknown = read(ref, bodyOf({ [statePathOf(kind)]: 'JOB_STATE_NEW' }));
    assert.deepEqual(unknown, { name: ref.name, done: false, metadata: { state: 'JOB_STATE_NEW' } });
  }
});

test('words count as they are written, and not those of an object', () => {
  for (const state of ['JOB_STATE_Cancelled', 'CANCELLED ', 'JOB_STATE_toString', 'JOB_STATE_constructor', '__proto__'])
    assert.deepEqual(endOf(VERTEX, { state }), { outcome: undefined }, state);
});

test('a cancelled job has code 1, whatever its own error is', () => {
  const state = 'JOB_STATE_CANCELLED';
  const message = 'state is JOB_STATE_CANCELLED';
  assert.deepEqual(endOf(VERTEX, { state }), { outcome: 'CANCELLED', error: { code: 1, message } });
  for (const code of [1, 13, 0])
    assert.deepEqual(endOf(VERTEX, { state, error: { code, message: 'CANCELED' } }), {
      outcome: 'CANCELLED',
      error: { code: 1, message: 'CANCELED' },
    });
});

test('a job that failed has the code of its error, and never that of a cancellation or of success', () => {
  const state = 'JOB_STATE_FAILED';
  for (const [code, expected] of [
    [3, 3],
    [1, 2],
    [0, 2],
    [undefined, 2],
    ['3', 2],
  ])
    assert.deepEqual(endOf(VERTEX, { state, error: { code, message: 'm' } }), {
      outcome: 'FAILED',
      error: { code: expected, message: 'm' },
    });
});

test('a job whose time was up has DEADLINE_EXCEEDED, and an internal error INTERNAL', () => {
  const codeOf = (ref: Ref, body: JsonObject) => read(ref, body).error?.code;
  assert.equal(codeOf(VERTEX, { state: 'JOB_STATE_EXPIRED' }), 4);
  assert.equal(codeOf(VERTEX, { state: 'JOB_STATE_EXPIRED', error: { code: 8 } }), 8);
  assert.equal(codeOf(BUILD, { status: 'TIMEOUT' }), 4);
  assert.equal(codeOf(BUILD, { status: 'EXPIRED' }), 4);
  assert.equal(codeOf(BUILD, { status: 'INTERNAL_ERROR' }), 13);
  const patch = { service: 'osconfig.googleapis.com', name: 'projects/p/patchJobs/x' };
  assert.equal(codeOf(patch, { state: 'TIMED_OUT' }), 4);
});

test('an error beside success or beside a running state is no failure', () => {
  const error = { code: 1, message: 'partly' };
  for (const state of ['JOB_STATE_SUCCEEDED', 'JOB_STATE_PARTIALLY_SUCCEEDED', 'JOB_STATE_PAUSED'])
    assert.equal(read(VERTEX, { state, error }).error, undefined, state);
  assert.deepEqual(endOf(DLP, { state: 'DONE', errors: [{ details: { code: 7, message: 'one file' } }] }), {
    outcome: 'COMPLETED',
  });
  assert.deepEqual(endOf(DLP, { state: 'FAILED', errors: [{ details: { code: 7, message: 'one file' } }] }), {
    outcome: 'FAILED',
    error: { code: 7, message: 'one file' },
  });
});

test('a BigQuery job that is DONE ended as its errorResult says', () => {
  const end = (errorResult?: JsonObject) => endOf(BIGQUERY, { status: { state: 'DONE', errorResult, errors: [{}] } });
  assert.deepEqual(end(), { outcome: 'COMPLETED' });
  assert.deepEqual(end({ reason: 'stopped', message: 'm' }), {
    outcome: 'CANCELLED',
    error: { code: 1, message: 'm' },
  });
  assert.deepEqual(end({ reason: 'invalid', message: 'm' }), { outcome: 'FAILED', error: { code: 2, message: 'm' } });
  for (const state of ['PENDING', 'RUNNING'])
    assert.deepEqual(endOf(BIGQUERY, { status: { state, errorResult: { reason: 'stopped' } } }), {
      outcome: undefined,
    });
});

test('times of BigQuery, in milliseconds, are written as all others', () => {
  const statistics = { creationTime: '1767225600000', startTime: '1767225601000' };
  assert.deepEqual(read(BIGQUERY, { status: { state: 'RUNNING' }, statistics }).metadata, {
    state: 'RUNNING',
    createTime: '2026-01-01T00:00:00.000Z',
    startTime: '2026-01-01T00:00:01.000Z',
  });
});

test('an execution of Cloud Run ended as its condition Completed says', () => {
  const end = (completed: JsonObject, more: JsonObject = {}) =>
    endOf(RUN, {
      conditions: [
        { type: 'Started', state: 'CONDITION_FAILED' },
        { type: 'Completed', ...completed },
      ],
      ...more,
    });
  assert.deepEqual(end({ state: 'CONDITION_SUCCEEDED' }), { outcome: 'COMPLETED' });
  assert.deepEqual(end({ state: 'CONDITION_FAILED', executionReason: 'NON_ZERO_EXIT_CODE', message: 'exit 1' }), {
    outcome: 'FAILED',
    error: { code: 2, message: 'exit 1' },
  });
  assert.deepEqual(end({ state: 'CONDITION_FAILED', executionReason: 'CANCELLED', message: 'm' }), {
    outcome: 'CANCELLED',
    error: { code: 1, message: 'm' },
  });
  for (const state of ['CONDITION_PENDING', 'CONDITION_RECONCILING', 'CONDITION_NEW', undefined])
    assert.deepEqual(end({ state }), { outcome: undefined });
  for (const executionReason of ['CANCELLING', 'DELETED'])
    assert.deepEqual(end({ state: 'CONDITION_FAILED', executionReason }), { outcome: undefined });
  assert.ok(
    meaningOf(read(RUN, { conditions: [{ type: 'Completed', executionReason: 'CANCELLING' }] }), RUN).isBeingCancelled,
  );
});

test('without its condition an execution of Cloud Run is cancelled once it is over and a task was cancelled', () => {
  assert.equal(endOf(RUN, { cancelledCount: 2, completionTime: '2026-01-01T00:00:00Z' }).outcome, 'CANCELLED');
  assert.equal(endOf(RUN, { cancelledCount: 2 }).outcome, undefined);
  assert.equal(endOf(RUN, { completionTime: '2026-01-01T00:00:00Z' }).outcome, undefined);
});

test('a test matrix is cancelled where it is finished and one of its executions was cancelled', () => {
  const testExecutions = [{ state: 'FINISHED' }, { state: 'CANCELLED' }];
  assert.equal(endOf(MATRIX, { state: 'FINISHED', testExecutions }).outcome, 'CANCELLED');
  assert.equal(endOf(MATRIX, { state: 'PENDING', testExecutions }).outcome, undefined);
  assert.equal(endOf(MATRIX, { state: 'ERROR', testExecutions }).outcome, 'FAILED');
  assert.equal(endOf(MATRIX, { state: 'FINISHED', testExecutions: [{ state: 'ERROR' }] }).outcome, 'COMPLETED');
});

test('an operation that is DONE without an error completed, for nothing says that it was cancelled', () => {
  assert.deepEqual(endOf(GKE, { status: 'DONE' }), { outcome: 'COMPLETED' });
  assert.deepEqual(endOf(GKE, { status: 'DONE', error: {} }), { outcome: 'COMPLETED' });
  assert.equal(endOf(GKE, { status: 'DONE', error: { code: 1, message: 'm' } }).outcome, 'CANCELLED');
  assert.deepEqual(endOf(GKE, { status: 'DONE', error: { code: 9, message: 'm' } }).error, { code: 9, message: 'm' });
  assert.deepEqual(endOf(SQL, { status: 'DONE', error: { errors: [{ code: 'ERROR_RDBMS', message: 'm' }] } }), {
    outcome: 'FAILED',
    error: { code: 2, message: 'm' },
  });
  assert.deepEqual(endOf(SQL, { status: 'DONE', error: { errors: [] } }), { outcome: 'COMPLETED' });
});

test('an answer about another job is refused, and one that names the project by its number is not', () => {
  const state = 'JOB_STATE_SUCCEEDED';
  assert.ok(read(VERTEX, { name: 'projects/123/locations/l/customJobs/1', state }).done);
  assert.throws(() => read(VERTEX, { name: 'projects/p/locations/l/customJobs/2', state }), /is about another job/);
  assert.throws(() => read(BIGQUERY, { jobReference: { jobId: 'k' } }), /is about another job, "k"/);
  assert.throws(() => read(BUILD, { id: 'c', status: 'SUCCESS' }), /is about another job/);
});

test('a body that is no job is refused', () => {
  const kind = kindOf(VERTEX);
  assert.ok(kind);
  for (const text of ['{}', '{"error":{"code":404,"message":"m"}}', '', '[]', 'null', '"x"', '<html>'])
    assert.throws(() => readJob(kind, text, VERTEX.name), Error, text);
});

test('of an end that is known by the time of the state only that of a final state is kept', () => {
  const ref = { service: 'dataflow.googleapis.com', name: 'projects/p/locations/l/jobs/j' };
  const currentStateTime = '2026-01-01T00:00:00Z';
  const running = read(ref, { currentState: 'JOB_STATE_RUNNING', currentStateTime });
  assert.deepEqual(running.metadata, { state: 'JOB_STATE_RUNNING' });
  const done = read(ref, { currentState: 'JOB_STATE_DONE', currentStateTime });
  assert.deepEqual(done.metadata, { state: 'JOB_STATE_DONE', endTime: currentStateTime });
});

test('nothing of a body is kept but its state, times and error, and nothing else is asked for', () => {
  const secret = fc.stringMatching(/^secret-[a-z]{8}$/);
  const { object: withSecrets } = fc.letrec<{ object: JsonObject; value: unknown }>((tie) => ({
    object: fc.dictionary(fc.constantFrom('env', 'labels', 'query', 'details', 'spec'), tie('value'), { maxKeys: 4 }),
    value: fc.oneof({ maxDepth: 3 }, secret, fc.array(secret, { maxLength: 2 }), tie('object')),
  }));
  fc.assert(
    fc.property(
      fc.constantFrom(...KINDS),
      withSecrets,
      fc.constantFrom('SUCCEEDED', 'DONE', 'X'),
      (kind, body, word) => {
        const ref = sampleOf(kind);
        const known = bodyOf({ [statePathOf(kind)]: (kind.prefix ?? '') + word });
        assert.ok(!JSON.stringify(read(ref, { ...body, ...known })).includes('secret-'));
      },
    ),
  );
  for (const kind of KINDS) assert.doesNotMatch(fieldsOfJob(kind), /\*|env|configuration|labels|[sS]pec/);
});
