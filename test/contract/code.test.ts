import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeName, codeNames, codeNumber, httpStatusOf, isCodeName } from '../../contract/code.js';

test('every code name has a number that leads back to it, and an HTTP status', () => {
  for (const code of codeNames) {
    assert.equal(codeName(codeNumber(code)), code);
    assert.ok(httpStatusOf(code) >= 200 && httpStatusOf(code) < 600);
  }
  assert.equal(codeNames.length, 17);
  assert.equal(codeName(17), undefined);
  assert.equal(isCodeName('toString'), false);
});
