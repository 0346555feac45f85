import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { truncateOperation, MAX_KEPT_BYTES } from '../../activities/polling/truncate-operation.js';
import type { Operation } from '../../contract/operation.js';

const name = 'projects/p/locations/l/operations/1';
const large = { text: 'é'.repeat(600) };

test('an Operation that fits is kept whole', () => {
  const operation: Operation = { name, done: true, response: { a: 1 }, metadata: { b: 2 } };
  assert.deepEqual(truncateOperation(operation, 1_000), { operation, omitted: false });
});

test('the response is omitted first, then the metadata, and the result tells', () => {
  const metadata = { b: 2 };
  assert.deepEqual(truncateOperation({ name, done: true, response: large, metadata }, 1_000), {
    operation: { name, done: true, metadata },
    omitted: true,
  });
  assert.deepEqual(truncateOperation({ name, done: false, metadata: large }, 1_000), {
    operation: { name, done: false },
    omitted: true,
  });
});

test('size is counted in bytes of UTF-8', () => {
  assert.equal(truncateOperation({ name, done: true, response: large }, 1_100).omitted, true);
  assert.equal(truncateOperation({ name, done: true, response: { text: 'e'.repeat(600) } }, 1_100).omitted, false);
});

test('the limit itself fits, at every step', () => {
  const bare: Operation = { name, done: true };
  const steps: Operation[] = [{ ...bare, response: large, metadata: { b: 2 } }, { ...bare, metadata: { b: 2 } }, bare];
  const [whole] = steps;
  assert.ok(whole);
  for (const [index, step] of steps.entries())
    assert.deepEqual(truncateOperation(whole, Buffer.byteLength(JSON.stringify(step))), {
      operation: step,
      omitted: index > 0,
    });
  assert.deepEqual(truncateOperation(whole, 1), { operation: bare, omitted: true }, 'there is nothing more to omit');
});

test('an error that is too large loses its details, and its message what is beyond 4,096 characters', () => {
  const details = [{ '@type': 'x', text: 'x'.repeat(2_000) }];
  const error = { code: 9, message: 'm'.repeat(5_000), details };
  const operation: Operation = { name, done: true, error };
  assert.deepEqual(truncateOperation({ ...operation, response: large }, 8_000), { operation, omitted: true });
  assert.deepEqual(truncateOperation(operation, Buffer.byteLength(JSON.stringify(operation))), {
    operation,
    omitted: false,
  });
  assert.deepEqual(truncateOperation(operation, 6_000), {
    operation: { name, done: true, error: { code: 9, message: 'm'.repeat(4_096) } },
    omitted: true,
  });
  assert.deepEqual(truncateOperation({ name, done: true, error: { code: 9, details } }, 1_000), {
    operation: { name, done: true, error: { code: 9, message: '' } },
    omitted: true,
  });
});

test('a mebibyte is kept', () => {
  const room = MAX_KEPT_BYTES - JSON.stringify({ name, done: true, response: { text: '' } }).length;
  const of = (length: number) =>
    truncateOperation({ name, done: true, response: { text: 'x'.repeat(length) } }).omitted;
  assert.deepEqual([MAX_KEPT_BYTES, of(room), of(room + 1)], [1_048_576, false, true]);
});

test('done and the code of the error are kept, however large the rest', () => {
  const part = fc.option(fc.dictionary(fc.string(), fc.string({ maxLength: 3_000 })), { nil: undefined });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 16 }),
      fc.string({ maxLength: 9_000 }),
      part,
      part,
      (code, message, metadata, detail) => {
        const error = { code, message, ...(detail && { details: [detail] }) };
        const { operation } = truncateOperation({ name, done: true, error, ...(metadata && { metadata }) }, 5_000);
        assert.equal(operation.done, true);
        assert.equal(operation.error?.code, code);
        assert.ok(JSON.stringify(operation).length <= 30_000);
      },
    ),
  );
});
