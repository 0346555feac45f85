import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heapGrowthFlag } from '../../worker/limit-heap-growth.js';

test('the growth of the heap is limited', () => {
  assert.match(heapGrowthFlag({}, []) ?? '', /^--heap-growing-percent=\d+$/);
});

test('a flag for the size of the heap takes precedence', () => {
  assert.equal(heapGrowthFlag({ NODE_OPTIONS: '--max-old-space-size=4096' }, []), undefined);
  assert.equal(heapGrowthFlag({}, ['--max_old_space_size=4096']), undefined);
  assert.equal(heapGrowthFlag({}, ['--heap-growing-percent=10']), undefined);
});
