import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeNames, codeNumber, httpStatusOf } from '../../contract/code.js';
import { formatDuration, MAX_DURATION_MS, parseDuration } from '../../contract/duration.js';
import { parseAbort, parseOperationInput, parseAbortLeniently } from '../../contract/input.js';
import {
  failureTypes,
  messages,
  OPERATION_RUNNING,
  RUNNING_OUTCOME,
  searchAttributes,
  workflowTypes,
} from '../../contract/messages.js';

const name = 'projects/p/locations/us-central1/operations/123';
const watch = (fields: object) => parseOperationInput('watchOperation', { name, ...fields });

describe('input at its limits', () => {
  test('is accepted, and durations come out in milliseconds', () => {
    const fields = {
      reason: 'r'.repeat(1_024),
      requestedBy: 'b'.repeat(256),
      timeout: 1,
      abortAfter: '1ms',
      notFoundGrace: 0,
      resendCancelAfter: 0,
    };
    const { reason, requestedBy, timeout, abortAfter, notFoundGrace, resendCancelAfter } = watch(fields);
    assert.deepEqual([reason?.length, requestedBy?.length], [1_024, 256]);
    assert.deepEqual([timeout, abortAfter, notFoundGrace, resendCancelAfter], [1, 1, 0, 0]);
    assert.equal(watch({ timeout: '3650d' }).timeout, MAX_DURATION_MS);
    assert.throws(() => watch({ timeout: MAX_DURATION_MS + 1 }), { message: /^timeout: must be a duration/ });
    assert.equal(watch({ whenNotCancellable: 'return' }).whenNotCancellable, 'return');
    assert.equal(
      parseOperationInput('cancelOperation', { name, whenNotCancellable: 'follow' }).whenNotCancellable,
      'follow',
    );
  });

  test('polling has defaults: 1 s, a coefficient of 1, and at most 30 s or the first interval if that is longer', () => {
    assert.deepEqual(watch({ polling: {} }).polling, {
      initialInterval: 1_000,
      backoffCoefficient: 1,
      maximumInterval: 30_000,
    });
    assert.equal(watch({ polling: { initialInterval: '1m' } }).polling?.maximumInterval, 60_000);
    const limits = { initialInterval: 10, backoffCoefficient: 100, maximumInterval: 10 };
    assert.deepEqual(watch({ polling: limits }).polling, limits);
    assert.equal(watch({ polling: { backoffCoefficient: 1 } }).polling?.backoffCoefficient, 1);
  });

  test('is rejected beyond them, with the limit in the message', () => {
    const cases: [object, RegExp][] = [
      [{ polling: { initialInterval: 9 } }, /^polling\.initialInterval: must be at least 10ms$/],
      [{ polling: { backoffCoefficient: 0.9 } }, /^polling\.backoffCoefficient: must be at least 1$/],
      [{ polling: { backoffCoefficient: 101 } }, /^polling\.backoffCoefficient: must be at most 100$/],
      [{ polling: { backoffCoefficient: '2' } }, /^polling\.backoffCoefficient: must be a number from 1 to 100$/],
      [{ polling: { maximumInterval: 0 } }, /^polling\.maximumInterval: must be longer than 0$/],
      [
        { polling: { initialInterval: 10, maximumInterval: 9 } },
        /^polling\.maximumInterval: must not be below initialInterval$/,
      ],
      [{ polling: [] }, /^polling: must be an object \{ initialInterval.*\}; it is an array$/],
      [{ polling: 'fast' }, /^polling: must be an object \{ initialInterval.*\}$/],
      [{ timeout: 0 }, /^timeout: must be longer than 0$/],
      [{ abortAfter: '0s' }, /^abortAfter: must be longer than 0$/],
      [{ abortAfter: true }, /^abortAfter: must be a duration such as/],
      [{ reason: 5 }, /^reason: must be a string$/],
      [{ name: undefined }, /^name: is missing; it must be a string such as/],
      [{ name: 5 }, /^name: must be a string such as/],
      [{ [`x${'y'.repeat(79)}`]: 1 }, /^xy+: is not a field of this input$/],
      [{ [`x${'y'.repeat(80)}`]: 1 }, /^"xy+…": is not a field of this input$/],
      [{ 'a b': 1 }, /^"a b": is not a field of this input$/],
    ];
    for (const [fields, message] of cases) assert.throws(() => watch(fields), { name: 'InvalidInput', message });
    for (const type of ['cancelOperation', 'watchOperation'] as const) {
      assert.throws(() => parseOperationInput(type, 'x'), {
        message: /^input: must be one JSON object such as/,
      });
      assert.throws(() => parseOperationInput(type, [name]), {
        message: /^input: .*such as.*; it is an array$/,
      });
      assert.throws(() => parseOperationInput(type, { name, whenNotCancellable: 'x' }), {
        message: 'whenNotCancellable: must be "return" or "follow"',
      });
    }
  });

  test('an abort has a reason and a requester, both optional', () => {
    const both = { reason: 'r', requestedBy: 'me' };
    assert.deepEqual(parseAbort(both), both);
    assert.deepEqual(parseAbortLeniently(both), both);
    assert.deepEqual(parseAbortLeniently({ reason: 'r' }), { reason: 'r' });
    for (const none of [undefined, null, 5, 'reason', true, ['r']]) assert.deepEqual(parseAbortLeniently(none), {});
    assert.deepEqual(parseAbort(null), {});
    assert.throws(() => parseAbort(['r']), { message: /^input: .*reason, requestedBy.*; it is an array$/ });
    assert.throws(() => parseAbort('r'), { message: 'input: must be a JSON object { reason, requestedBy }' });
  });
});

describe('a duration', () => {
  test('is a number and one unit, and nothing else', () => {
    for (const [text, ms] of [
      ['3650d', MAX_DURATION_MS],
      ['0.5ms', 1],
      ['0.4ms', 0],
      ['1.123456789s', 1_123],
      ['000000000000001s', 1_000],
      ['.5s', 500],
      ['1.1234567890s', 1_123],
      [`${'0'.repeat(98)}1s`, 1_000],
    ] as const) {
      assert.equal(parseDuration(text), ms, text);
    }
    for (const text of ['x1s', '1sx', '3650.1d', '1.s', '1..5s', `${'0'.repeat(99)}1s`, '1.5'])
      assert.equal(parseDuration(text), undefined, text);
    assert.equal(parseDuration(MAX_DURATION_MS), MAX_DURATION_MS);
    assert.equal(parseDuration(MAX_DURATION_MS + 1), undefined);
  });

  test('is formatted to the second, and in milliseconds below one second', () => {
    for (const [ms, text] of [
      [-5, '0ms'],
      [0.4, '0ms'],
      [999.4, '999ms'],
      [1_000, '1s'],
      [59_999, '59s'],
      [60_000, '1m'],
      [3_661_000, '1h 1m'],
      [86_400_000, '1d'],
      [86_401_000, '1d 1s'],
    ] as const) {
      assert.equal(formatDuration(ms), text);
    }
  });
});

describe('the names of the contract', () => {
  // Callers in other languages write them literally, and histories contain them.
  test('are those that are documented', () => {
    assert.deepEqual(Object.values(workflowTypes), [
      'cancelOperation',
      'watchOperation',
      'cancelOperations',
      'reconcileOperations',
    ]);
    assert.deepEqual(messages, {
      abort: 'abort',
      adjust: 'adjust',
      poll: 'poll',
      status: 'status',
      progress: 'progress',
    });
    assert.deepEqual(searchAttributes, { name: 'GoogleOperationName', outcome: 'GoogleOperationOutcome' });
    assert.deepEqual([RUNNING_OUTCOME, OPERATION_RUNNING], ['RUNNING', 'OperationRunning']);
    assert.deepEqual(failureTypes, [
      'INVALID_ARGUMENT',
      'NOT_FOUND',
      'PERMISSION_DENIED',
      'UNAUTHENTICATED',
      'FAILED_PRECONDITION',
      'UNIMPLEMENTED',
      'OUT_OF_RANGE',
    ]);
  });

  test('the codes have the numbers and HTTP statuses of google.rpc.Code', () => {
    assert.deepEqual(
      codeNames.map((code) => `${codeNumber(code)} ${code} ${httpStatusOf(code)}`),
      [
        '0 OK 200',
        '1 CANCELLED 499',
        '2 UNKNOWN 500',
        '3 INVALID_ARGUMENT 400',
        '4 DEADLINE_EXCEEDED 504',
        '5 NOT_FOUND 404',
        '6 ALREADY_EXISTS 409',
        '7 PERMISSION_DENIED 403',
        '8 RESOURCE_EXHAUSTED 429',
        '9 FAILED_PRECONDITION 400',
        '10 ABORTED 409',
        '11 OUT_OF_RANGE 400',
        '12 UNIMPLEMENTED 501',
        '13 INTERNAL 500',
        '14 UNAVAILABLE 503',
        '15 DATA_LOSS 500',
        '16 UNAUTHENTICATED 401',
      ],
    );
  });
});
