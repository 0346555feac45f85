import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { checksOf, passes } from '../../bench/checks.js';
import { measuredTables } from '../../bench/measured-tables.js';
import { type Load, type Parameters, priceOf } from '../../bench/model.js';
import { plots } from '../../bench/plots.js';
import type { Results } from '../../bench/results.js';
import { modelTables } from '../../bench/scale.js';
import { replaceMarked } from '../../bench/support/marked.js';

const measured: Parameters = {
  eventsEach: 23,
  actionsEach: 7,
  heartbeatsPerAttempt: 0.5,
  transitionsPerAttempt: 3,
  attemptsPerWorkerSecond: 50,
  workerCpuPerAttempt: 0.01,
  workerMb: 400,
  stateKbEach: 20,
};
const load: Load = { operations: 10_000, pollIntervalS: 200, locations: 1, watchedForS: 86_400 };

describe('the model of many watched operations', () => {
  test('one worker can poll ten thousand operations every 200 s', () => {
    const price = priceOf(load, measured);
    assert.equal(price.attemptsPerSecond, 50);
    assert.equal(price.workers, 1);
    assert.equal(price.workerCores, 0.5);
    assert.equal(price.workerGb, 0.4);
    assert.equal(price.transitionsPerSecond, 150);
    assert.equal(price.shards, 16);
    assert.equal(price.stateGb, 0.2);
  });

  test('an attempt and each of its heartbeats is an action; a resent cancel is two', () => {
    const { actionsPerMonth } = priceOf(load, measured);
    assert.equal(actionsPerMonth, 50 * 30 * 86_400 * 1.5 + 10_000 * 30 * (7 + 9 * 2 + 1));
  });

  test('resent cancels and each new day add events', () => {
    const events = (followedForS: number): number => {
      const { eventsPerMonth } = priceOf({ ...load, watchedForS: followedForS }, measured);
      return eventsPerMonth / ((10_000 * 30 * 86_400) / followedForS);
    };
    assert.equal(events(299), 23);
    assert.equal(events(301), 23 + 11);
    assert.equal(events(901), 23 + 2 * 11);
    // Resent after 5, 15, 35, 75, 155, 315 and 635 minutes, then twice more within the day. The day itself
    // adds six events.
    assert.equal(events(86_400), 23 + 9 * 11 + 6);
  });

  test('lists limit the requests of a location, until they have too many pages', () => {
    const requests = (operations: number): number =>
      priceOf({ ...load, operations, pollIntervalS: operations / 50 }, measured).requestsPerLocationMinute;
    // Ten pages in 20 s are 30 requests per minute, and 6 gets check them. The first poll, the cancel and its
    // nine repetitions of a day are added.
    const cancels = (operations: number) => (operations * 11) / 1_440;
    assert.equal(requests(10_000), 30 + 6 + cancels(10_000));
    assert.equal(requests(50_000), 3_000 + cancels(50_000));
    const few = priceOf({ ...load, operations: 40, pollIntervalS: 30 }, measured);
    assert.equal(few.requestsPerMinute, 80 + cancels(40));
  });

  test('each worker that watches a location reads its own lists', () => {
    const of = (pollEveryS: number) => priceOf({ ...load, operations: 15_000, pollIntervalS: pollEveryS }, measured);
    assert.equal(of(300).workers, 1);
    assert.equal(of(50).workers, 6);
    const cancels = (15_000 * 11) / 1_440;
    assert.equal(of(300).requestsPerLocationMinute, 36 + cancels);
    assert.equal(of(50).requestsPerLocationMinute, 6 * 36 + cancels);
  });
});

describe('docs/scale.md', () => {
  test('is written only if it has the marks', () => {
    assert.throws(() => replaceMarked('# Scale', ['tables']), /does not have the marks/);
  });

  test('has the tables and plots of the latest full run, which passes all checks', async () => {
    const root = new URL('../../../', import.meta.url);
    const results = JSON.parse(await readFile(new URL('bench/results/latest.json', root), 'utf8')) as Results;
    for (const [name, svg] of plots(results)) {
      assert.equal(await readFile(new URL(`bench/results/latest-${name}.svg`, root), 'utf8'), svg);
    }
    const document = await readFile(new URL('docs/scale.md', root), 'utf8');
    assert.equal(
      replaceMarked(document, [measuredTables(results).join('\n\n'), modelTables(results).join('\n\n')]),
      document,
    );
    assert.deepEqual(
      checksOf(results).filter((check) => !passes(check)),
      [],
    );
  });
});
