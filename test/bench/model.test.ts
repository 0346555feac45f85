import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { type Load, type Parameters, priceOf } from '../../bench/model.js';
import { checksOf, holds } from '../../bench/checks.js';
import type { Results } from '../../bench/results.js';
import { measuredTables } from '../../bench/measured-tables.js';
import { modelTables } from '../../bench/scale.js';
import { withMarked } from '../../bench/support/marked.js';

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
const load: Load = { operations: 10_000, lookEveryS: 200, locations: 1, followedForS: 86_400 };

describe('the model of many followed operations', () => {
  test('ten thousand looked at every 200 s are what one worker takes', () => {
    const price = priceOf(load, measured);
    assert.equal(price.attemptsPerSecond, 50);
    assert.equal(price.workers, 1);
    assert.equal(price.workerCores, 0.5);
    assert.equal(price.workerGb, 0.4);
    assert.equal(price.transitionsPerSecond, 150);
    assert.equal(price.shards, 16);
    assert.equal(price.stateGb, 0.2);
  });

  test('an attempt is an action, and so is each of its heartbeats; a cancel that is sent again is two', () => {
    const { actionsPerMonth } = priceOf(load, measured);
    assert.equal(actionsPerMonth, 50 * 30 * 86_400 * 1.5 + 10_000 * 30 * (7 + 9 * 2 + 1));
  });

  test('cancels that are sent again and each new day cost events', () => {
    const events = (followedForS: number): number => {
      const { eventsPerMonth } = priceOf({ ...load, followedForS }, measured);
      return eventsPerMonth / ((10_000 * 30 * 86_400) / followedForS);
    };
    assert.equal(events(299), 23);
    assert.equal(events(301), 23 + 11 + 2);
    assert.equal(events(901), 23 + 2 * 11 + 2);
    // After 5, 15, 35, 75, 155, 315 and 635 minutes, then each six hours: two more within a day. The day itself costs six.
    assert.equal(events(86_400), 23 + 9 * 11 + 2 + 6);
  });

  test('lists bound the requests of a location, until they have too many pages', () => {
    const requests = (operations: number): number =>
      priceOf({ ...load, operations, lookEveryS: operations / 50 }, measured).requestsPerLocationMinute;
    // Ten pages in 20 s are thirty requests a minute, and six are asked for by themselves.
    // The first look, the cancel and its nine repetitions of a day come to it.
    const cancels = (operations: number) => (operations * 11) / 1_440;
    assert.equal(requests(10_000), 30 + 6 + cancels(10_000));
    assert.equal(requests(50_000), 3_000 + cancels(50_000));
    const few = priceOf({ ...load, operations: 40, lookEveryS: 30 }, measured);
    assert.equal(few.requestsPerMinute, 80 + cancels(40));
  });

  test('each worker that follows a location reads lists of its own', () => {
    const of = (lookEveryS: number) => priceOf({ ...load, operations: 15_000, lookEveryS }, measured);
    assert.equal(of(300).workers, 1);
    assert.equal(of(50).workers, 6);
    const cancels = (15_000 * 11) / 1_440;
    assert.equal(of(300).requestsPerLocationMinute, 36 + cancels);
    assert.equal(of(50).requestsPerLocationMinute, 6 * 36 + cancels);
  });
});

describe('docs/scale.md', () => {
  test('is written only where it has the marks', () => {
    assert.throws(() => withMarked('# Scale', ['tables']), /lacks the marks/);
  });

  test('has the tables of the latest whole run, by which everything holds that must', async () => {
    const root = new URL('../../../', import.meta.url);
    const results = JSON.parse(await readFile(new URL('bench/results/latest.json', root), 'utf8')) as Results;
    const document = await readFile(new URL('docs/scale.md', root), 'utf8');
    assert.equal(withMarked(document, [measuredTables(results) ?? '', modelTables(results) ?? '']), document);
    assert.deepEqual(
      checksOf(results).filter((check) => !holds(check)),
      [],
    );
  });
});
