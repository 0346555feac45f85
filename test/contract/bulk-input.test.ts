import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { itemInput, MAX_NAMES, MAX_NAMES_BYTES, parseBulkInput } from '../../contract/bulk.js';

const parent = 'projects/p/locations/us-central1';
const name = `${parent}/operations/1`;

describe('the input of cancelOperations', () => {
  test('has the defaults of the contract', () => {
    assert.deepEqual(parseBulkInput({ parent }), {
      parent,
      service: 'aiplatform.googleapis.com',
      apiVersion: 'v1beta1',
      resendCancelAfter: 300_000,
      maxConcurrent: 20,
      dryRun: false,
    });
  });

  test('is accepted at its limits', () => {
    const names = Array.from({ length: MAX_NAMES }, (_, index) => `a/${index}`);
    assert.equal(parseBulkInput({ names }).names?.length, MAX_NAMES);
    assert.equal(parseBulkInput({ names: ['x'.repeat(MAX_NAMES_BYTES)] }).names?.length, 1);
    for (const maxConcurrent of [1, 500])
      assert.equal(parseBulkInput({ parent, maxConcurrent }).maxConcurrent, maxConcurrent);
    const kinds = Array<string>(50).fill('all');
    const all = { parent, filter: 'f'.repeat(10_000), dryRun: true, kinds, olderThan: 1 };
    assert.deepEqual(parseBulkInput({ ...parseBulkInput(all) }), parseBulkInput(all));
  });

  test('is rejected with the name of the bad field and what it accepts', () => {
    const cases: [unknown, RegExp][] = [
      [undefined, /^input: must be one JSON object with parent/],
      ['text', /^input: must be one JSON object with parent/],
      [[], /^input: must be one JSON object with parent.*; it is an array$/],
      [{}, /^input: must be one JSON object with parent/],
      [{ parent: 'p' }, /^parent: must be a full name/],
      [{ parent: 5 }, /^parent: must be a string such as/],
      [{ parent, names: [name] }, /^parent: goes with names only where there is no parent$/],
      [{ names: [name], filter: 'x' }, /^filter: goes with parent only$/],
      [{ parent, filter: 5 }, /^filter: must be a string$/],
      [{ parent, filter: 'f'.repeat(10_001) }, /^filter: must have at most 10000 characters$/],
      [{ names: [name], kinds: ['all'] }, /^kinds: goes with parent only$/],
      [{ names: [name], olderThan: '1h' }, /^olderThan: goes with parent only$/],
      [{ parent, kinds: [] }, /^kinds: must be an array of 1 to 50 strings$/],
      [{ parent, kinds: 'all' }, /^kinds: must be an array of 1 to 50 strings$/],
      [{ parent, kinds: Array<string>(51).fill('all') }, /^kinds: must be an array of 1 to 50 strings$/],
      [{ parent, kinds: ['all', 5] }, /^kinds\.1: must be a string$/],
      [{ parent, olderThan: '0' }, /^olderThan: must be longer than 0$/],
      [{ parent, olderThan: 'soon' }, /^olderThan: must be a duration such as/],
      [{ names: [] }, /^names: must be an array of 1 to 10000 strings$/],
      [{ names: name }, /^names: must be an array of 1 to 10000 strings$/],
      [{ names: [name, 5] }, /^names\.1: must be a string$/],
      [{ names: Array<string>(MAX_NAMES + 1).fill(name) }, /^names: must be an array of 1 to 10000 strings$/],
      [{ names: ['x'.repeat(MAX_NAMES_BYTES + 1)] }, /^names: must have at most 1048576 bytes$/],
      [{ names: ['é'.repeat(MAX_NAMES_BYTES / 2), 'x'] }, /^names: must have at most 1048576 bytes$/],
      [{ parent, maxConcurrent: 0 }, /^maxConcurrent: must be at least 1$/],
      [{ parent, maxConcurrent: 501 }, /^maxConcurrent: must be at most 500$/],
      [{ parent, maxConcurrent: 1.5 }, /^maxConcurrent: must be a whole number from 1 to 500$/],
      [{ parent, maxConcurrent: '5' }, /^maxConcurrent: must be a whole number from 1 to 500$/],
      [{ parent, dryRun: 'yes' }, /^dryRun: must be true or false$/],
      [{ parent, polling: [] }, /^polling: must be an object .*; it is an array$/],
      [{ parent, whenNotCancellable: 'follow' }, /^whenNotCancellable: is not a field of this input$/],
    ];
    for (const [input, message] of cases) {
      assert.throws(() => parseBulkInput(input), { name: 'InvalidInput', code: 'INVALID_ARGUMENT', message });
    }
  });

  test('gives each operation the options that were given, and no others', () => {
    const plain = parseBulkInput({ parent, filter: 'done=false' });
    assert.deepEqual(itemInput(plain, name), {
      name,
      service: 'aiplatform.googleapis.com',
      apiVersion: 'v1beta1',
      resendCancelAfter: 300_000,
    });
    const options = {
      service: 'a.example',
      apiVersion: 'v2',
      reason: 'r',
      requestedBy: 'b',
      timeout: 60_000,
      resendCancelAfter: 0,
      polling: { initialInterval: 10, backoffCoefficient: 2, maximumInterval: 20 },
    };
    assert.deepEqual(itemInput(parseBulkInput({ ...options, names: [name], maxConcurrent: 7 }), name), {
      name,
      ...options,
    });
  });
});
