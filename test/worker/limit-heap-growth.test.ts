import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heapGrowthFlag } from '../../worker/limit-heap-growth.js';

test('garbage is kept in proportion to what lives', () => {
  assert.match(heapGrowthFlag({}, []) ?? '', /^--heap-growing-percent=\d+$/);
});

test('whoever sets a limit of the heap has the last word', () => {
  assert.equal(heapGrowthFlag({ NODE_OPTIONS: '--max-old-space-size=4096' }, []), undefined);
  assert.equal(heapGrowthFlag({}, ['--max_old_space_size=4096']), undefined);
  assert.equal(heapGrowthFlag({}, ['--heap-growing-percent=10']), undefined);
});
