import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { BulkResults } from '../../cli/cancel/bulk-results.js';
import { BulkView } from '../../cli/cancel/bulk-view.js';
import type { CancelOperationsProgress } from '../../contract/bulk.js';

const progress: CancelOperationsProgress = {
  matched: 2_500,
  started: 2_500,
  outcomes: { CANCELLED: 1_000 },
  failures: [],
  results: [],
  names: [],
  unreachable: [],
  unknownAge: 0,
  listing: false,
  underWay: ['projects/p/operations/1', 'projects/p/operations/2'],
  stopping: false,
};

test('a line about a bulk comes at each change and each half minute, and says how old the last answer is', () => {
  mock.timers.enable({ apis: ['Date'], now: Date.parse('2030-01-01T00:00:00Z') });
  try {
    let written = '';
    const view = new BulkView((text) => (written += text));
    for (let halves = 0; halves <= 130; halves += 1) {
      if (halves === 10) view.recordAnswer(progress);
      view.update();
      mock.timers.tick(500);
    }
    const words = '1000 of 2500 done, 2 under way, 1000 CANCELLED, waiting for 1 2';
    assert.deepEqual(written.trimEnd().split('\n'), [
      `  5s  ${words}`,
      ` 35s  ${words}, last answer 30s ago`,
      `1m 5s  ${words}, last answer 1m ago`,
    ]);
  } finally {
    mock.timers.reset();
  }
});

test('where more have ended than a bulk lists, that is said once, in json too', () => {
  const results = Array.from({ length: 1_000 }, (_, index) => ({
    name: `operations/${index}`,
    outcome: 'CANCELLED' as const,
    won: true,
  }));
  let said: number[] = [];
  const bulk = new BulkResults('json', (matched) => said.push(matched));
  bulk.write({ ...progress, results });
  assert.deepEqual(said, []);
  for (const CANCELLED of [1_001, 1_002]) bulk.write({ ...progress, outcomes: { CANCELLED }, results });
  assert.deepEqual(said, [2_500]);
});
