import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { codeNumber } from '../../contract/code.js';
import type { Operation } from '../../contract/operation.js';
import { fieldMaskOf, isBeingCancelled, verdictOf } from '../../google/verdict.js';

const SERVICE = 'aiplatform.googleapis.com';
const name = 'projects/p/locations/l/operations/1';
const anything = fc.dictionary(fc.string(), fc.string());
const typed = (type: string, fields: object) => ({ '@type': `type.googleapis.com/google.cloud.${type}`, ...fields });

function verdict(service: string, fields: Partial<Operation>): string | undefined {
  const { outcome, evidence } = verdictOf({ name, done: true, ...fields }, service) ?? {};
  return outcome && `${outcome} ${evidence}`;
}

describe('an Operation whose service has no words of its own', () => {
  test('has no outcome while it is not done, whatever else it shows', () => {
    const running = fc.record(
      { error: fc.record({ code: fc.integer() }), response: anything, metadata: anything },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(running, (fields) => verdict(SERVICE, { ...fields, done: false }) === undefined));
  });

  test('is cancelled by error code 1 only', () => {
    assert.equal(verdict(SERVICE, { error: { code: 1 } }), 'CANCELLED error.code');
    fc.assert(
      fc.property(
        fc.integer().filter((code) => code !== 1 && code !== 0),
        anything,
        (code, metadata) =>
          verdict(SERVICE, { metadata, error: { code, message: 'CANCELLED' } }) === 'FAILED error.code',
      ),
    );
  });

  test('that another one preempted (ABORTED) failed, and was not cancelled', () => {
    assert.equal(verdict(SERVICE, { error: { code: codeNumber('ABORTED') } }), 'FAILED error.code');
  });

  test('with code 0, which is OK in proto3 JSON, is completed', () => {
    assert.equal(verdict(SERVICE, { error: { code: 0 } }), 'COMPLETED error.code');
  });

  test('with a response, or with neither response nor error, is completed', () => {
    assert.equal(verdict(SERVICE, {}), 'COMPLETED neither');
    fc.assert(fc.property(anything, (response) => verdict(SERVICE, { response }) === 'COMPLETED response'));
  });

  test('is not decided by a word in its metadata or response', () => {
    const metadata = { state: 'CANCELLED', status: 'ABORTED' };
    assert.equal(verdict(SERVICE, { metadata, response: { state: 'CANCELLED' } }), 'COMPLETED response');
  });
});

const BATCH = typed('dataproc.v1.BatchOperationMetadata', {});
const dataproc = (state: string, metadata: object = BATCH) => ({
  metadata: { ...metadata },
  response: typed('dataproc.v1.Batch', { state }),
});
const execution = (...conditions: object[]) => ({ response: typed('run.v2.Execution', { conditions }) });
const state = (word: string, more: Partial<Operation> = {}): Partial<Operation> => ({
  ...more,
  metadata: { state: word },
});
const INTERNAL = { error: { code: 13, message: 'failed without error' } };
const RESPONSE = { response: {} };

const WORDS: [string, string, Partial<Operation>, string][] = [
  [
    'a Gemini batch cancelled before it started',
    'generativelanguage',
    state('BATCH_STATE_CANCELLED', INTERNAL),
    'CANCELLED metadata.state',
  ],
  [
    'a Gemini batch cancelled midway',
    'generativelanguage',
    state('BATCH_STATE_SUCCEEDED', RESPONSE),
    'COMPLETED metadata.state',
  ],
  ['a Gemini batch that failed', 'generativelanguage', state('BATCH_STATE_FAILED', INTERNAL), 'FAILED metadata.state'],
  [
    'a Gemini batch that ran out of its 48 hours',
    'generativelanguage',
    state('BATCH_STATE_EXPIRED'),
    'FAILED metadata.state',
  ],
  [
    'a Gemini batch in a state that is not known',
    'generativelanguage',
    state('BATCH_STATE_NEW', RESPONSE),
    'COMPLETED response',
  ],
  [
    'another error code beside a word for success',
    'generativelanguage',
    state('BATCH_STATE_SUCCEEDED', INTERNAL),
    'FAILED error.code',
  ],
  [
    'code 0 beside a word for success',
    'generativelanguage',
    state('BATCH_STATE_SUCCEEDED', { error: { code: 0 } }),
    'COMPLETED metadata.state',
  ],
  [
    'a Dataproc job that is done with an error',
    'dataproc',
    { metadata: typed('dataproc.v1.JobMetadata', { status: { state: 'DONE' } }), ...INTERNAL },
    'FAILED error.code',
  ],
  [
    'an export of metadata that was cancelled',
    'metastore',
    { response: typed('metastore.v1.MetadataExport', { state: 'CANCELLED' }) },
    'CANCELLED response.state',
  ],
  [
    'an update of an import that had failed',
    'metastore',
    { response: typed('metastore.v1.MetadataImport', { state: 'FAILED' }) },
    'COMPLETED response',
  ],
  [
    'error code 1 beside a word for success',
    'generativelanguage',
    state('BATCH_STATE_SUCCEEDED', { error: { code: 1 } }),
    'CANCELLED error.code',
  ],
  ['a cancelled Dataproc batch', 'dataproc', dataproc('CANCELLED'), 'CANCELLED response.state'],
  ['a Dataproc batch that succeeded', 'dataproc', dataproc('SUCCEEDED'), 'COMPLETED response.state'],
  ['a Dataproc batch that failed', 'dataproc', dataproc('FAILED'), 'FAILED response.state'],
  [
    'a Dataproc cluster, whose state is its own',
    'dataproc',
    dataproc('FAILED', typed('dataproc.v1.ClusterOperationMetadata', {})),
    'COMPLETED response',
  ],
  [
    'a cancelled Dataproc job',
    'dataproc',
    { metadata: typed('dataproc.v1.JobMetadata', { status: { state: 'CANCELLED' } }), ...RESPONSE },
    'CANCELLED metadata.status.state',
  ],
  [
    'a Dataproc job that is done',
    'dataproc',
    { metadata: typed('dataproc.v1.JobMetadata', { status: { state: 'DONE' } }) },
    'COMPLETED metadata.status.state',
  ],
  [
    'a cancelled execution of Cloud Run',
    'run',
    execution(
      { type: 'Ready', executionReason: 'X' },
      { type: 'Completed', state: 'CONDITION_FAILED', executionReason: 'CANCELLED' },
    ),
    'CANCELLED response.conditions.executionReason',
  ],
  [
    'an execution of Cloud Run whose task failed',
    'run',
    execution({ type: 'Completed', executionReason: 'NON_ZERO_EXIT_CODE' }),
    'FAILED response.conditions.executionReason',
  ],
  [
    'an execution of Cloud Run that completed',
    'run',
    execution({ type: 'Completed', state: 'CONDITION_SUCCEEDED' }),
    'COMPLETED response.conditions.state',
  ],
  [
    'an execution of Cloud Run that failed for a common reason',
    'run',
    execution({ type: 'Completed', state: 'CONDITION_FAILED', reason: 'PROGRESS_DEADLINE_EXCEEDED' }),
    'FAILED response.conditions.state',
  ],
  [
    'an execution of Cloud Run that was deleted while it ran',
    'run',
    execution({ type: 'Completed', state: 'CONDITION_FAILED', executionReason: 'DELETED' }),
    'FAILED response.conditions.state',
  ],
  [
    'the deletion of a cancelled execution of Cloud Run',
    'run',
    {
      response: typed('run.v2.Execution', {
        deleteTime: '2026-01-01T00:00:00Z',
        conditions: [{ type: 'Completed', state: 'CONDITION_FAILED', executionReason: 'CANCELLED' }],
      }),
    },
    'COMPLETED response',
  ],
  [
    'an execution of Cloud Run with another condition only',
    'run',
    execution({ type: 'Started', executionReason: 'CANCELLED' }),
    'COMPLETED response',
  ],
  [
    'a transfer that the user aborted',
    'storagetransfer',
    { metadata: { status: 'ABORTED' } },
    'CANCELLED metadata.status',
  ],
  [
    'a transfer that succeeded',
    'storagetransfer',
    { metadata: { status: 'SUCCESS' }, ...RESPONSE },
    'COMPLETED metadata.status',
  ],
  [
    'a transfer that failed',
    'storagetransfer',
    { metadata: { status: 'FAILED' }, ...INTERNAL },
    'FAILED metadata.status',
  ],
  [
    'a cancelled export of Firestore',
    'firestore',
    { metadata: { operationState: 'CANCELLED' }, ...RESPONSE },
    'CANCELLED metadata.operationState',
  ],
  ['an index of Firestore', 'firestore', state('SUCCESSFUL', RESPONSE), 'COMPLETED metadata.state'],
  [
    'a cancelled export of Datastore',
    'datastore',
    { metadata: { common: { state: 'CANCELLED' } } },
    'CANCELLED metadata.common.state',
  ],
  ['a cancelled batch of Document AI', 'documentai', state('CANCELLED'), 'CANCELLED metadata.state'],
  [
    'a cancelled training of Document AI',
    'documentai',
    { metadata: { commonMetadata: { state: 'CANCELLED' } } },
    'CANCELLED metadata.commonMetadata.state',
  ],
  ['a cancelled copy of log entries', 'logging', state('OPERATION_STATE_CANCELLED'), 'CANCELLED metadata.state'],
  ['a cancelled translation', 'translate', state('CANCELLED', RESPONSE), 'CANCELLED metadata.state'],
  ['a cancelled translation by its host', 'translation', state('CANCELLED', RESPONSE), 'CANCELLED metadata.state'],
  [
    'a cancelled build',
    'cloudbuild',
    { metadata: { build: { status: 'CANCELLED' } } },
    'CANCELLED metadata.build.status',
  ],
  [
    'a build that ran out of time',
    'cloudbuild',
    { metadata: { build: { status: 'TIMEOUT' } } },
    'FAILED metadata.build.status',
  ],
  [
    'a cancelled rollout of an OS policy',
    'osconfig',
    { metadata: { rolloutState: 'CANCELLED' }, ...RESPONSE },
    'CANCELLED metadata.rolloutState',
  ],
  [
    'a cancelled job of Storage batch operations',
    'storagebatchoperations',
    { metadata: { job: { state: 'CANCELED' } } },
    'CANCELLED metadata.job.state',
  ],
  ['words of Object.prototype', 'storagetransfer', { metadata: { status: 'constructor' } }, 'COMPLETED neither'],
  [
    'a word that is no text',
    'generativelanguage',
    { metadata: { state: ['BATCH_STATE_CANCELLED'] } },
    'COMPLETED neither',
  ],
];

describe('a word at a known place decides, unless error.code 1 does', () => {
  for (const [what, service, fields, expected] of WORDS)
    test(`${what}: ${expected}`, () => assert.equal(verdict(`${service}.googleapis.com`, fields), expected));

  test('and stands for an error code where the service gives neither an error nor a response', () => {
    const expired = (more: Partial<Operation> = {}) =>
      verdictOf({ name, done: true, ...state('BATCH_STATE_EXPIRED', more) }, 'generativelanguage.googleapis.com');
    assert.deepEqual(expired()?.error, { code: 4, message: 'metadata.state is BATCH_STATE_EXPIRED' });
    assert.equal(expired(INTERNAL)?.error, undefined);
    assert.equal(expired(RESPONSE)?.error, undefined);
  });

  test('whatever the service, a running operation has no verdict', () => {
    for (const [, service, fields] of WORDS)
      assert.equal(verdict(`${service}.googleapis.com`, { ...fields, done: false }), undefined);
  });

  test('and what cannot be read whole is read with the places of its service', () => {
    assert.equal(fieldMaskOf(SERVICE), 'name,done,error');
    assert.equal(fieldMaskOf('generativelanguage.googleapis.com'), 'name,done,error,metadata');
    assert.equal(fieldMaskOf('dataproc.googleapis.com'), 'name,done,error,metadata,response/state');
    assert.equal(fieldMaskOf('run.googleapis.com'), 'name,done,error,metadata,response/conditions,response/deleteTime');
    assert.equal(fieldMaskOf('metastore.googleapis.com'), 'name,done,error,metadata,response/state');
  });
});

test('an operation is being cancelled where its metadata says so by a word, a flag or a time', () => {
  const running = (metadata: Record<string, unknown>) => isBeingCancelled({ name, done: false, metadata });
  for (const metadata of [
    { state: 'CANCELLING' },
    { operationState: 'CANCELLING' },
    { commonMetadata: { state: 'CANCELLING' } },
    { status: { state: 'CANCEL_PENDING' } },
    { upgradeClusterStatus: { state: 'CANCEL_IN_PROGRESS' } },
    { conditions: [{ type: 'Completed', executionReason: 'CANCELLING' }] },
    { requestedCancellation: true },
    { cancelRequested: true },
    { cancelTime: '2030-01-01T00:00:00Z' },
  ])
    assert.equal(running(metadata), true, JSON.stringify(metadata));
  for (const metadata of [
    {},
    { state: 'RUNNING' },
    { state: 'CANCELLED' },
    { requestedCancellation: false },
    { cancelRequested: 'no' },
    { message: 'This is not CANCELLING' },
    { labels: { cancelTime: 3 } },
  ])
    assert.equal(running(metadata), false, JSON.stringify(metadata));
  assert.equal(isBeingCancelled({ name, done: true, metadata: { state: 'CANCELLING' } }), false);
});
