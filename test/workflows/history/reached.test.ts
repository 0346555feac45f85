import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyFromJson } from '../../support/history-json.js';
import { readRun, recordedRuns, recordedVersions } from '../../support/recorded.js';
import { type Unreached, unreachedBy } from '../../support/unreached.js';
import { quietRuntime } from '../../support/world.js';

/** What no history comes to: how the code begins, in which file, by the reason. */
const BEYOND: Record<string, [file: string, code: string][]> = {
  'a query is in no history, and an update is validated before it is': [
    ['bulk-progress.js', 'function bulkStatus('],
    ['cancel-operations.js', '() =>'],
    ['run.js', '() =>'],
    ['run.js', '(given) =>'],
    ['progress.js', "return 'DONE'"],
    ['progress.js', ': { outcome: end.outcome }'],
  ],
  'it is there for the compiler, or against what Temporal and the activities do not do today': [
    ['activities.js', 'throw error;'],
    ['activities.js', ': undefined'],
    ['activities.js', 'return undefined;'],
    ['bulk-failure.js', '?? error'],
    ['bulk-failure.js', ': error'],
    ['bulk-failure.js', "?? 'UNKNOWN'"],
    ['bulk-failure.js', ": 'UNKNOWN'"],
    ['bulk-failure.js', ': String(cause)'],
    ['bulk.js', '? []'],
    ['bulk.js', "?? ''"],
    ['cancel-operations.js', 'throw error;'],
    ['failures.js', 'throw error;'],
    ['failures.js', "?? 'no reason given'"],
    ['metrics.js', "?? 'unknown'"],
    ['follow.js', '?? Date.now()'],
    ['follow.js', '?? 0'],
    ['run.js', '?? Date.now()'],
    ['run.js', 'throw error;'],
  ],
  'it takes inputs of megabytes, which test/bulk/carry.test.ts has': [
    ['bulk-carry.js', '&& carried.names.length'],
    ['bulk-carry.js', '{ const shown ='],
  ],
};

/** How many pieces of code may be beyond under one beginning; a second one is another branch that nobody looked at. */
function takeOut(pieces: Unreached[]): { left: Unreached[]; stale: string[] } {
  const left = [...pieces];
  const stale: string[] = [];
  for (const [file, code] of Object.values(BEYOND).flat()) {
    const at = left.findIndex((piece) => piece.file === `workflows/${file}` && piece.code.startsWith(code));
    if (at === -1) stale.push(`${file}: ${code}`);
    else left.splice(at, 1);
  }
  return { left, stale };
}

// A branch without a history is one that a change may break without a test.
test('every branch of the workflows is in a history that is replayed', { timeout: 300_000 }, async () => {
  await quietRuntime();
  const histories = recordedVersions().flatMap((version) =>
    recordedRuns(version).map((run) => ({
      workflowId: `${version}/${run}`,
      history: historyFromJson(readRun(version, run)),
    })),
  );
  const { left, stale } = takeOut(await unreachedBy(histories));
  assert.deepEqual(left, [], 'add a scenario to test/support/scenarios and record it: npm run record');
  assert.deepEqual(stale, [], 'these are reached, or gone');
});
