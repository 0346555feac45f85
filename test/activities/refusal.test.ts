import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayHaveBeenTaken, refusalMeaning } from '../../activities/refusal.js';
import { GoogleApiError, type GoogleApiErrorFields } from '../../google/error.js';

const BEING_CANCELLED = [
  'Operation has already been canceled',
  'Operation projects/p/operations/1 is already being cancelled.',
  'The operation is already cancelled.',
  'Operation already being canceled.',
  'The operation was already cancelled by a user.',
  'Operation is in state CANCELLING and cannot be cancelled.',
  "Cannot cancel: current state: 'JOB_STATE_CANCELLING'",
  "Cannot cancel jobId '4e41' in projectId 'p' in state: 'CANCEL_PENDING'; cancellable states: '[PENDING, RUNNING]'",
  'A cancellation is already in progress.',
  'Cancellation pending.',
  'Cancellation has already been requested for this operation.',
  'Cancellation was already requested.',
  'Cancellation has been pending.',
  'The operation is pending cancellation.',
  'The operation was already cancelled before it started.',
];

const NOT_YET = [
  "Cannot cancel jobId '4e41' in projectId 'p' in state: 'SETUP_DONE'; cancellable states: '[PENDING, RUNNING]'",
  'The operation cannot be cancelled yet.',
  'Operation is not yet cancellable.',
  "The operation hasn't started yet",
  'Operation is not ready; please try again later.',
];

const NO_MORE_THAN_NO = [
  '',
  'Operation projects/p/locations/l/operations/1 is not cancellable.',
  'The operation could not be canceled: it has already completed.',
  'Operation is already done.',
  'Operation has not been cancelled.',
  'Operation has already finished or was cancelled.',
  'Operation was cancelled or has already finished.',
  'The operation must be paused before it is cancelled.',
  'There is no pending cancellation.',
  'Job cannot be cancelled once tasks are cancelled.',
  'Cancellation requested for an operation that is not cancellable.',
  'Cancellation is not supported for operations of this type.',
  'Cancellation is not yet supported.',
  'Cancelling is not yet implemented for this operation.',
  'Operations of this type can be cancelled only by their owner.',
];

test('a refusal that says that the operation is being or has been cancelled means that', () => {
  for (const text of BEING_CANCELLED) assert.equal(refusalMeaning(text), 'BEING_CANCELLED', text);
});

test('a refusal that says "not yet" means that, unless the service can never do it', () => {
  for (const text of NOT_YET) assert.equal(refusalMeaning(text), 'NOT_YET', text);
});

test('every other refusal means no more than no', () => {
  for (const text of NO_MORE_THAN_NO) assert.equal(refusalMeaning(text), undefined, text);
});

test('a cancel may have been taken where it was sent and not turned away', () => {
  const error = (fields: Partial<GoogleApiErrorFields>) =>
    new GoogleApiError('cancel', { code: 'UNKNOWN', kind: 'STATUS', ...fields });
  const failed = (code: string) => Object.assign(new Error('no connection'), { code });
  for (const fields of [
    { httpStatus: 504 },
    { httpStatus: 503 },
    { httpStatus: 500 },
    { httpStatus: 499 },
    { httpStatus: 408 },
    { httpStatus: 502, kind: 'NOT_API_ERROR' },
    { httpStatus: 200, kind: 'BODY' },
    { kind: 'TIMEOUT' },
    { kind: 'NETWORK', cause: failed('ECONNRESET') },
    { kind: 'NETWORK' },
  ] as const)
    assert.equal(mayHaveBeenTaken(error(fields)), true, JSON.stringify(fields));
  for (const fields of [
    { httpStatus: 429 },
    { httpStatus: 401 },
    { httpStatus: 403, kind: 'NOT_API_ERROR' },
    { httpStatus: 302, kind: 'REDIRECT' },
    { kind: 'CREDENTIALS', httpStatus: 503 },
    { kind: 'FORBIDDEN' },
    { kind: 'ARGUMENT' },
    { kind: 'NETWORK', cause: failed('ECONNREFUSED') },
    { kind: 'NETWORK', cause: failed('ENOTFOUND') },
  ] as const)
    assert.equal(mayHaveBeenTaken(error(fields)), false, JSON.stringify(fields));
});
