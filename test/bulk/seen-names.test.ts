import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SeenNames } from '../../workflows/bulk/seen-names.js';

const namesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `projects/p/locations/l/operations/${index}`);

describe('the names that have been seen', () => {
  test('are new once', () => {
    const seen = new SeenNames();
    assert.deepEqual([seen.add('a/1'), seen.add('a/1'), seen.add('a/2')], [true, false, true]);
  });

  test('are distinguished, even 100,000 that differ in a digit', () => {
    const seen = new SeenNames();
    for (const name of namesOf(100_000)) assert.ok(seen.add(name), name);
  });

  // A newer worker has to read what an older one carried over.
  test('are carried over in sixteen characters each, which never change', () => {
    const seen = new SeenNames();
    for (const name of ['', 'a/1', 'projects/p/locations/l/operations/é']) seen.add(name);
    assert.equal(seen.carry(1_000), 'e3b0c44298fc1c14773232abe9343f0eb07bdeea1f67ac2f');
  });

  test('are carried over up to the limit, the latest first', () => {
    const seen = new SeenNames();
    const names = namesOf(10);
    for (const name of names) seen.add(name);
    assert.equal(seen.carry(160).length, 160);
    assert.equal(seen.carry(159).length, 144);
    assert.equal(seen.carry(15), '');
    assert.equal(seen.carry(-5), '');
    const next = new SeenNames(seen.carry(48));
    assert.deepEqual(
      names.map((name) => next.add(name)),
      [true, true, true, true, true, true, true, false, false, false],
    );
  });

  test('are none where nothing was carried over', () => {
    assert.equal(new SeenNames('').carry(1_000), '');
    assert.equal(new SeenNames().carry(1_000), '');
  });
});
