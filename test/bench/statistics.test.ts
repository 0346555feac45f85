import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boundOf, bucketsBetween, parseMetrics, sumOf } from '../../bench/support/prometheus.js';
import { createRandom } from '../../bench/support/random.js';
import { quantile, summarize } from '../../bench/support/statistics.js';
import { duration, short, table } from '../../bench/support/table.js';

describe('the statistics of the bench', () => {
  test('a quantile is interpolated between two values', () => {
    assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
    assert.equal(quantile([10], 0.99), 10);
    assert.ok(Number.isNaN(quantile([], 0.5)));
  });

  test('a summary without values is NaN', () => {
    const { count, mean, median } = summarize([]);
    assert.equal(count, 0);
    assert.ok(Number.isNaN(mean) && Number.isNaN(median));
  });

  test('the same seed gives the same numbers, one in each part of the range', () => {
    const spread = (seed: number) => createRandom(seed).spread(10, 8, 12);
    assert.deepEqual(spread(7), spread(7));
    assert.notDeepEqual(spread(7), spread(8));
    const parts = spread(7).map((value) => Math.floor((value - 8) / 0.4));
    assert.deepEqual(new Set(parts).size, 10);
  });

  test('a histogram is counted between two scrapes, over all its labels', () => {
    const scrape = (fast: number, slow: number) =>
      parseMetrics(
        [
          '# TYPE wait histogram',
          `wait_bucket{type="a",le="1"} ${fast}`,
          `wait_bucket{type="a",le="5"} ${fast}`,
          `wait_bucket{type="a",le="+Inf"} ${fast}`,
          `wait_bucket{type="b",le="1"} 0`,
          `wait_bucket{type="b",le="5"} ${slow}`,
          `wait_bucket{type="b",le="+Inf"} ${slow}`,
          `wait_count{type="a"} ${fast}`,
        ].join('\n'),
      );
    const window = bucketsBetween(scrape(1_000, 0), scrape(1_098, 2), 'wait');
    assert.deepEqual(
      window.map(({ count }) => count),
      [98, 100, 100],
    );
    assert.equal(boundOf(window, 0.98), 1);
    assert.equal(boundOf(window, 0.99), 5);
    assert.ok(Number.isNaN(boundOf([], 0.5)));
    assert.equal(sumOf(scrape(3, 0), 'wait_count', { type: 'a' }), 3);
    assert.equal(sumOf(scrape(3, 0), 'wait_count', { type: 'b' }), 0);
  });

  test('numbers have three significant digits', () => {
    assert.deepEqual([0.123, 12.34, 123.4, Number.NaN].map(short), ['0.12', '12.3', '123', '-']);
    assert.deepEqual([12.4, 1_500, 40_000].map(duration), ['12 ms', '1.50 s', '40.0 s']);
  });

  test('a table aligns words to the left and numbers to the right', () => {
    assert.equal(table(['who', 'n'], [['a', '10']]), '| who |   n |\n| --- | --: |\n| a   |  10 |');
  });
});
