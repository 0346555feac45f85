import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutUndefined } from '../../contract/without-undefined.js';

test('a property that is undefined is left out; every other value stays', () => {
  const object = { text: '', zero: 0, no: false, nothing: null, missing: undefined };
  assert.deepEqual(withoutUndefined(object), { text: '', zero: 0, no: false, nothing: null });
  assert.equal('missing' in withoutUndefined(object), false);
});

test('the object itself is not changed', () => {
  const object: { name: string; reason: string | undefined } = { name: 'n', reason: undefined };
  const copy: { name: string; reason?: string } = withoutUndefined(object);
  assert.deepEqual(copy, { name: 'n' });
  assert.deepEqual(Object.keys(object), ['name', 'reason']);
});
