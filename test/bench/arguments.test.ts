import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../bench/arguments.js';

test('without arguments all parts run, with a random seed', () => {
  const { quick, parts, strict, seed } = readArguments([]);
  assert.deepEqual(
    { quick, parts, strict },
    {
      quick: false,
      parts: ['idle', 'latency', 'bulk', 'steady', 'workers'],
      strict: false,
    },
  );
  assert.ok(Number.isSafeInteger(seed));
});

test('parts and a seed can be chosen', () => {
  const { parts, seed } = readArguments(['--only', 'bulk,latency', '--only', 'idle', '--seed', '42']);
  assert.deepEqual(parts, ['idle', 'latency', 'bulk']);
  assert.equal(seed, 42);
});

test('an argument that it does not take is named', () => {
  assert.throws(() => readArguments(['--only', 'all']), /--only takes idle, latency, bulk, steady, workers; it is all/);
  assert.throws(() => readArguments(['--seed', 'x']), /--seed takes/);
  assert.throws(() => readArguments(['--fast']), /--fast/);
});
