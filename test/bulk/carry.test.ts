import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CancelOperationsInput } from '../../contract/bulk.js';
import { continueAsNewArgs } from '../../workflows/bulk/carry.js';
import { initialBulkProgress, type BulkProgress } from '../../workflows/bulk/progress.js';
import { SeenNames } from '../../workflows/bulk/seen-names.js';

/** Temporal's limit for the arguments of a continued run in total, for a payload codec that writes base64. */
const MAX_ARGUMENT_BYTES = (2 * 1024 * 1024 * 3) / 4;

describe('the arguments of a continued run', () => {
  test('fit with 10,000 given names of 100 bytes, 1,000 failures and 500 runs', () => {
    const names = namesOf(10_000);
    const input = { names };
    const [carried, seen] = continueAsNewArgs(full(names), input, new SeenNames());
    assert.ok(bytes(input, carried, seen) < 0.96 * MAX_ARGUMENT_BYTES);
    assert.equal(carried.failures.length, 1_000);
    assert.equal(carried.runs.length, 500);
    assert.deepEqual([carried.queue, carried.names], [[], []], 'they are in the input');
  });

  test('fit with 120,000 listed names, of which the latest are carried over', () => {
    const names = namesOf(120_000);
    const input = { parent: 'projects/p/locations/l', filter: 'x'.repeat(10_000) };
    const seenNames = new SeenNames();
    for (const name of names) seenNames.add(name);
    const [carried, seen] = continueAsNewArgs(full(names), input, seenNames);
    const size = bytes(input, carried, seen);
    assert.ok(size < 0.96 * MAX_ARGUMENT_BYTES, `${size} bytes`);
    assert.ok(size > 0.8 * MAX_ARGUMENT_BYTES, `${size} bytes leave room`);
    assert.equal(carried.failures.length, 1_000);
    assert.equal(carried.names.length, 1_000);
    const next = new SeenNames(seen);
    assert.equal(next.add(names.at(-1) ?? ''), false);
    assert.equal(next.add(names[0] ?? ''), true);
  });

  test('fit with the longest names, for which the lists of the result are cut', () => {
    const names = namesOf(1_300, 780);
    for (const input of [{ names }, { parent: 'projects/p/locations/l' }]) {
      const [carried, seen] = continueAsNewArgs(full(names), input, new SeenNames());
      const size = bytes(input, carried, seen);
      assert.ok(size < 0.96 * MAX_ARGUMENT_BYTES, `${size} bytes`);
      assert.equal(carried.runs.length, 500);
      if (input.names !== undefined) continue;
      assert.deepEqual([carried.names.length, carried.failures.length], [0, 500], 'names are cut first');
    }
  });

  test('have everything where it fits, with messages of at most 100 characters', () => {
    const progress = full(namesOf(20), 3);
    const seenNames = new SeenNames();
    seenNames.add('a/b');
    const [carried, seen] = continueAsNewArgs(progress, { parent: 'projects/p/locations/l' }, seenNames);
    assert.deepEqual(carried, {
      ...progress,
      failures: progress.failures.map((failure) => ({ ...failure, message: 'é'.repeat(100) })),
    });
    assert.equal(progress.failures[0]?.message.length, 300, 'the progress itself is not changed');
    assert.equal(new SeenNames(seen).add('a/b'), false);
  });
});

function namesOf(count: number, length = 100): string[] {
  return Array.from({ length: count }, (_, index) => `projects/p/operations/${index}`.padEnd(length, 'x'));
}

/** A progress at its limits. */
function full(names: string[], failures = 1_000): BulkProgress {
  return {
    ...initialBulkProgress('5a1e1f0c-0000-4000-8000-000000000000'),
    matched: names.length,
    names: names.slice(0, 1_000),
    failures: names.slice(0, failures).map((name) => ({ name, type: 'PERMISSION_DENIED', message: 'é'.repeat(300) })),
    queue: names.slice(0, 199),
    runs: names.slice(0, 500).map((name) => ({ name, runId: '5a1e1f0c-0000-4000-8000-000000000000' })),
    pageToken: 't'.repeat(500),
  };
}

function bytes(input: CancelOperationsInput, ...rest: unknown[]): number {
  return [input, ...rest].reduce<number>((sum, value) => sum + Buffer.byteLength(JSON.stringify(value)), 0);
}
