import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeName, codeNames, codeNumber, httpStatusOf, isCodeName } from '../../contract/code.js';
import { outcomeOf } from '../../contract/outcome.js';

const name = 'projects/p/locations/l/operations/1';
const anything = fc.dictionary(fc.string(), fc.string());

test('an operation that is not done has no outcome, whatever else it shows', () => {
  const running = fc.record(
    { error: fc.record({ code: fc.integer() }), response: anything, metadata: anything },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(running, (fields) => outcomeOf({ name, ...fields, done: false }) === undefined));
});

test('only a done operation with error code 1 is cancelled', () => {
  assert.equal(outcomeOf({ name, done: true, error: { code: 1 } }), 'CANCELLED');
  fc.assert(
    fc.property(
      fc.integer().filter((code) => code !== 1),
      anything,
      (code, metadata) => outcomeOf({ name, done: true, metadata, error: { code, message: 'CANCELLED' } }) === 'FAILED',
    ),
  );
});

test('an operation that another one preempted (ABORTED) failed, and was not cancelled', () => {
  assert.equal(outcomeOf({ name, done: true, error: { code: codeNumber('ABORTED') } }), 'FAILED');
});

test('done with a response, or with neither response nor error, is completed', () => {
  assert.equal(outcomeOf({ name, done: true }), 'COMPLETED');
  fc.assert(fc.property(anything, (response) => outcomeOf({ name, done: true, response }) === 'COMPLETED'));
});

test('every code name has a number that leads back to it, and an HTTP status', () => {
  for (const code of codeNames) {
    assert.equal(codeName(codeNumber(code)), code);
    assert.ok(httpStatusOf(code) >= 200 && httpStatusOf(code) < 600);
  }
  assert.equal(codeNames.length, 17);
  assert.equal(codeName(17), undefined);
  assert.equal(isCodeName('toString'), false);
});
