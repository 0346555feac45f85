import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../bench/arguments.js';

test('without arguments all parts are run, with a seed of its own', () => {
  const { quick, parts, strict, seed } = readArguments([]);
  assert.deepEqual(
    { quick, parts, strict },
    {
      quick: false,
      parts: ['idle', 'rows', 'many', 'followed'],
      strict: false,
    },
  );
  assert.ok(Number.isSafeInteger(seed));
});

test('parts are chosen, and a seed repeats a run', () => {
  const { parts, seed } = readArguments(['--only', 'many,rows', '--only', 'idle', '--seed', '42']);
  assert.deepEqual(parts, ['idle', 'rows', 'many']);
  assert.equal(seed, 42);
});

test('what it does not take is named', () => {
  assert.throws(() => readArguments(['--only', 'all']), /--only takes idle, rows, many, followed; it is all/);
  assert.throws(() => readArguments(['--seed', 'x']), /--seed takes/);
  assert.throws(() => readArguments(['--fast']), /--fast/);
});
