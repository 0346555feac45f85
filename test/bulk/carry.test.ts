import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CancelOperationsInput } from '../../contract/bulk.js';
import { continueAsNewArgs } from '../../workflows/bulk/carry.js';
import { initialBulkProgress, type BulkProgress } from '../../workflows/bulk/progress.js';
import { SeenNames } from '../../workflows/bulk/seen-names.js';

/** What Temporal takes as the arguments of a continued run, all together. */
const TEMPORAL_TAKES = 2 * 1024 * 1024;

describe('what a continued run is given', () => {
  test('fits with 10,000 given names of 100 bytes, 1,000 failures and 500 runs', () => {
    const names = namesOf(10_000);
    const input = { names };
    const [carried, seen] = continueAsNewArgs(full(names), input, new SeenNames());
    assert.ok(bytes(input, carried, seen) < 0.9 * TEMPORAL_TAKES);
    assert.equal(carried.failures.length, 1_000);
    assert.equal(carried.runs.length, 500);
    assert.deepEqual([carried.queue, carried.names], [[], []], 'they are in the input');
  });

  test('fits with 120,000 listed names, of which it remembers as many as there is room for: the latest', () => {
    const names = namesOf(120_000);
    const input = { parent: 'projects/p/locations/l', filter: 'x'.repeat(10_000) };
    const known = new SeenNames();
    for (const name of names) known.add(name);
    const [carried, seen] = continueAsNewArgs(full(names), input, known);
    const size = bytes(input, carried, seen);
    assert.ok(size < 0.9 * TEMPORAL_TAKES, `${size} bytes`);
    assert.ok(size > 0.8 * TEMPORAL_TAKES, `${size} bytes leave room`);
    assert.equal(carried.failures.length, 1_000);
    assert.equal(carried.names.length, 1_000);
    const next = new SeenNames(seen);
    assert.equal(next.add(names.at(-1) ?? ''), false);
    assert.equal(next.add(names[0] ?? ''), true);
  });

  test('fits with the longest names, for which what is only shown is cut', () => {
    const names = namesOf(1_300, 780);
    for (const input of [{ names }, { parent: 'projects/p/locations/l' }]) {
      const [carried, seen] = continueAsNewArgs(full(names), input, new SeenNames());
      const size = bytes(input, carried, seen);
      assert.ok(size < 0.9 * TEMPORAL_TAKES, `${size} bytes`);
      assert.equal(carried.runs.length, 500);
      if (input.names !== undefined) continue;
      assert.ok(carried.names.length > 0 && carried.names.length < 1_000, 'shown names go first');
      assert.equal(carried.failures.length, 1_000, 'and failures stay while there are names to cut');
    }
  });

  test('keeps everything where there is room, with messages of 100 characters at most', () => {
    const progress = full(namesOf(20), 3);
    const known = new SeenNames();
    known.add('a/b');
    const [carried, seen] = continueAsNewArgs(progress, { parent: 'projects/p/locations/l' }, known);
    assert.deepEqual(carried, {
      ...progress,
      failures: progress.failures.map((failure) => ({ ...failure, message: 'é'.repeat(100) })),
    });
    assert.equal(progress.failures[0]?.message.length, 300, 'the given one stays as it is');
    assert.equal(new SeenNames(seen).add('a/b'), false);
  });
});

function namesOf(count: number, length = 100): string[] {
  return Array.from({ length: count }, (_, index) => `projects/p/operations/${index}`.padEnd(length, 'x'));
}

/** Everything that the limits allow. */
function full(names: string[], failures = 1_000): BulkProgress {
  return {
    ...initialBulkProgress('5a1e1f0c-0000-4000-8000-000000000000'),
    matched: names.length,
    names: names.slice(0, 1_000),
    failures: names
      .slice(0, failures)
      .map((name) => ({ name, type: 'PERMISSION_DENIED', message: 'é'.repeat(300) })),
    queue: names.slice(0, 199),
    runs: names.slice(0, 500).map((name) => ({ name, runId: '5a1e1f0c-0000-4000-8000-000000000000' })),
    pageToken: 't'.repeat(500),
  };
}

function bytes(input: CancelOperationsInput, ...rest: unknown[]): number {
  return [input, ...rest].reduce<number>((sum, value) => sum + Buffer.byteLength(JSON.stringify(value)), 0);
}
