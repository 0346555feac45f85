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
  workerCpuPerEnd: 0.05,
  workerMb: 400,
  stateKbEach: 20,
};
const load: Load = { operations: 10_000, by: 200, locations: 1, watchedForS: 86_400 };

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

  test('a loop costs a list and a page of workflows in each round, a poll at each end, and a poll of each now and then', () => {
    const price = priceOf({ ...load, by: 'loop' }, measured);
    const [rounds, polls] = [1 / 20, 10_000 / 2_100];
    assert.equal(price.attemptsPerSecond, polls + rounds);
    assert.equal(price.visibilityPagesPerSecond, rounds + 10 / 600);
    assert.equal(price.workerCores, (polls + rounds) * 0.01 + (10_000 / 86_400) * 0.05);
    // The first poll, the cancel and its nine repetitions of a day, and the poll at the end.
    assert.equal(Math.round(price.requestsPerMinute), Math.round((polls + 10 * rounds) * 60 + (10_000 * 12) / 1_440));
    const each = priceOf(load, measured);
    assert.ok(price.attemptsPerSecond < each.attemptsPerSecond / 10);
    assert.ok(price.delayS < each.delayS);
  });

  test('more workers send no more requests', () => {
    const of = (attemptsPerWorkerSecond: number) =>
      priceOf({ ...load, by: 'loop' }, { ...measured, attemptsPerWorkerSecond });
    assert.equal(of(1).workers, 5);
    assert.equal(of(1).requestsPerMinute, of(50).requestsPerMinute);
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
