import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EndedOperation, outcomeSentence } from '../../contract/outcome-sentence.js';
import type { Outcome } from '../../contract/outcome.js';
import type { Cancellation } from '../../contract/result.js';

const BEFORE = '2030-01-01T00:00:01.000Z';
const AFTER = '2030-01-01T00:00:03.000Z';
const NOT_REQUESTED: Cancellation = { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 };
const REFUSED: Cancellation = { status: 'REFUSED', won: false, aborts: 1, timesSent: 1 };

function accepted(acceptedAt: string, won = false): Cancellation {
  return { status: 'ACCEPTED', won, aborts: 1, timesSent: 1, acceptedAt };
}

function sentence(outcome: Outcome, cancellation: Cancellation, more: Partial<EndedOperation> = {}): string {
  return outcomeSentence({
    outcome,
    cancellation,
    wasAlreadyDone: false,
    finishedAt: '2030-01-01T00:00:02.000Z',
    ...more,
  });
}

test('a cancel is said to have won only where the record says so', () => {
  assert.equal(sentence('CANCELLED', accepted(BEFORE, true)), 'the cancel won');
  const byOthers = 'cancelled, but not by a cancel that was accepted here';
  assert.equal(sentence('CANCELLED', NOT_REQUESTED), byOthers);
  assert.equal(sentence('CANCELLED', REFUSED), byOthers);
});

test('an operation completed despite the cancel only where one was accepted before the end was seen', () => {
  const despite = 'the operation won, despite the cancel';
  assert.equal(sentence('COMPLETED', accepted(BEFORE)), despite);
  assert.equal(sentence('COMPLETED', accepted('2030-01-01T00:00:02.000Z')), despite);
  for (const cancellation of [accepted(AFTER), REFUSED, NOT_REQUESTED])
    assert.equal(sentence('COMPLETED', cancellation), 'the operation completed');
});

test('an operation whose service has a word for success is not said to have completed despite the cancel', () => {
  const word = { evidence: 'metadata.state' };
  assert.equal(sentence('COMPLETED', accepted(BEFORE), word), 'the operation completed, after a cancel was accepted');
  assert.equal(sentence('COMPLETED', REFUSED, word), 'the operation completed');
  for (const evidence of ['response', 'neither'])
    assert.match(sentence('COMPLETED', accepted(BEFORE), { evidence }), /despite the cancel/);
});

test('a failure has the name of its code, and is no cancellation where one was asked for', () => {
  const failed = (cancellation: Cancellation, code: number) =>
    sentence('FAILED', cancellation, {
      operation: { name: 'a/1', done: true, error: { code, message: 'secret' } },
    });
  assert.equal(failed(NOT_REQUESTED, 10), 'the operation failed with ABORTED');
  assert.equal(failed(REFUSED, 99), 'the operation failed with code 99, which is no cancellation');
  assert.equal(sentence('FAILED', NOT_REQUESTED), 'the operation failed with an error');
});

test('an end that was not seen is not made up', () => {
  assert.match(sentence('NOT_CANCELLABLE', REFUSED), /still running when last polled$/);
  assert.equal(sentence('STILL_RUNNING', accepted(BEFORE)), 'the timeout passed before its end was seen');
  assert.equal(sentence('LOST', accepted(BEFORE)), 'Google no longer knows it, and its end was not seen');
});

test('an operation that was done before had no cancel sent, whatever its outcome', () => {
  for (const outcome of ['CANCELLED', 'COMPLETED', 'FAILED'] as const)
    assert.equal(
      sentence(outcome, NOT_REQUESTED, { wasAlreadyDone: true }),
      'done at the first poll, so no cancel was sent',
    );
});
