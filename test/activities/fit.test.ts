import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fit } from '../../activities/fit.js';
import type { Operation } from '../../contract/operation.js';

const name = 'projects/p/locations/l/operations/1';
const large = { text: 'é'.repeat(600) };

test('an Operation that fits is kept whole', () => {
  const operation: Operation = { name, done: true, response: { a: 1 }, metadata: { b: 2 } };
  assert.deepEqual(fit(operation, 1_000), { operation, omitted: false });
});

test('the response goes first, then the metadata, and it is said', () => {
  const metadata = { b: 2 };
  assert.deepEqual(fit({ name, done: true, response: large, metadata }, 1_000), {
    operation: { name, done: true, metadata },
    omitted: true,
  });
  assert.deepEqual(fit({ name, done: false, metadata: large }, 1_000), {
    operation: { name, done: false },
    omitted: true,
  });
});

test('size is counted in bytes of UTF-8', () => {
  assert.equal(fit({ name, done: true, response: large }, 1_100).omitted, true);
  assert.equal(fit({ name, done: true, response: { text: 'e'.repeat(600) } }, 1_100).omitted, false);
});

test('what decides the outcome is kept, however large the rest', () => {
  const part = fc.option(fc.dictionary(fc.string(), fc.string({ maxLength: 3_000 })), { nil: undefined });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 16 }),
      fc.string({ maxLength: 9_000 }),
      part,
      part,
      (code, message, metadata, detail) => {
        const error = { code, message, ...(detail && { details: [detail] }) };
        const { operation } = fit({ name, done: true, error, ...(metadata && { metadata }) }, 5_000);
        assert.equal(operation.done, true);
        assert.equal(operation.error?.code, code);
        assert.ok(JSON.stringify(operation).length <= 30_000);
      },
    ),
  );
});
