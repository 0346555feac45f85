import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAbort, parseOperationInput, parseAbortLeniently } from '../../contract/input.js';
import { InvalidInput } from '../../contract/invalid-input.js';

const name = 'projects/p/locations/us-central1/operations/123';

test('a field that is left out has the default of the contract', () => {
  assert.deepEqual(parseOperationInput('cancelOperation', { name }), {
    name,
    service: 'aiplatform.googleapis.com',
    apiVersion: 'v1beta1',
    resendCancelAfter: 300_000,
    whenNotCancellable: 'return',
    notFoundGrace: 10_000,
  });
  assert.equal(parseOperationInput('watchOperation', { name }).whenNotCancellable, 'follow');
});

test('every bad input is rejected with the name of its field', () => {
  const cases: [unknown, RegExp][] = [
    [undefined, /^input: /],
    [null, /^input: /],
    ['text', /^input: /],
    [[], /^input: /],
    [{}, /^name: is missing/],
    [{ name: 5 }, /^name: /],
    [{ name: '' }, /^name: /],
    [{ name: 'one' }, /^name: /],
    [{ name: 'a/../b' }, /^name: /],
    [{ name: 'a//b' }, /^name: /],
    [{ name: '/a/b' }, /^name: /],
    [{ name: 'a/b:cancel' }, /^name: /],
    [{ name: 'a/%2e%2e/b' }, /^name: /],
    [{ name: 'a/b?x=1' }, /^name: /],
    [{ name: `a/${'b'.repeat(900)}` }, /^name: /],
    [{ name, service: 'https://evil.example' }, /^service: /],
    [{ name, service: 'aiplatform.googleapis.com:443' }, /^service: /],
    [{ name, service: 'user@aiplatform.googleapis.com' }, /^service: /],
    [{ name, apiVersion: '../v1' }, /^apiVersion: /],
    [{ name, reason: 7 }, /^reason: /],
    [{ name, reason: 'x'.repeat(1_025) }, /^reason: .*1024/],
    [{ name, requestedBy: 'x'.repeat(257) }, /^requestedBy: .*256/],
    [{ name, timeout: 'soon' }, /^timeout: .*"15m"/],
    [{ name, timeout: 0 }, /^timeout: /],
    [{ name, timeout: null }, /^timeout: /],
    [{ name, resendCancelAfter: -1 }, /^resendCancelAfter: /],
    [{ name, whenNotCancellable: 'shrug' }, /^whenNotCancellable: .*"return" or "follow"/],
    [{ name, notFoundGrace: [] }, /^notFoundGrace: /],
    [{ name, polling: 'fast' }, /^polling: /],
    [{ name, polling: { initialInterval: '1ms' } }, /^polling\.initialInterval: /],
    [{ name, polling: { backoffCoefficient: 0 } }, /^polling\.backoffCoefficient: /],
    [{ name, polling: { initialInterval: '9s', maximumInterval: '1s' } }, /^polling\.maximumInterval: /],
    [{ name, polling: { every: '1s' } }, /^polling\.every: /],
    [{ name, abortAfter: '1h' }, /^abortAfter: is not a field/],
    [{ name, colour: 'red' }, /^colour: is not a field/],
    [{ name, '\u001b[2J': 1 }, /^"\\u001b\[2J": is not a field/],
  ];
  for (const [input, message] of cases) {
    assert.throws(() => parseOperationInput('cancelOperation', input), {
      name: 'InvalidInput',
      code: 'INVALID_ARGUMENT',
      message,
    });
  }
});

test('abortAfter is a field of watchOperation only', () => {
  assert.equal(parseOperationInput('watchOperation', { name, abortAfter: '1h' }).abortAfter, 3_600_000);
});

test('any JSON is either accepted or rejected as InvalidInput', () => {
  const fields = fc.dictionary(
    fc.constantFrom('name', 'service', 'apiVersion', 'reason', 'timeout', 'polling', 'whenNotCancellable', 'other'),
    fc.oneof(fc.jsonValue(), fc.constant(name)),
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fields), (input) => {
      try {
        parseOperationInput('watchOperation', input);
      } catch (error) {
        assert.ok(error instanceof InvalidInput);
      }
    }),
  );
});

test('the argument of an abort update is validated, and the message names the bad field', () => {
  assert.deepEqual(parseAbort(undefined), {});
  assert.deepEqual(parseAbort({ reason: 'budget' }), { reason: 'budget' });
  assert.throws(() => parseAbort({ reason: 5 }), { message: /^reason: / });
  assert.throws(() => parseAbort({ why: 'x' }), { message: /^why: is not a field/ });
  assert.throws(() => parseAbort('now'), { message: /^input: / });
});

test('the bad fields of an abort signal are dropped, and it always aborts', () => {
  assert.deepEqual(parseAbortLeniently({ reason: 5, requestedBy: 'me', other: 1 }), { requestedBy: 'me' });
  for (const given of [undefined, null, 'x', 5, [], { reason: 'x'.repeat(2_000) }])
    assert.deepEqual(parseAbortLeniently(given), {});
});
