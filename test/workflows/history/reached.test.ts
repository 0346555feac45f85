import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyFromJson } from '../../support/history-json.js';
import { readRun, recordedRuns, recordedVersions } from '../../support/recorded.js';
import { type Unreached, unreachedBy } from '../../support/unreached.js';
import { quietRuntime } from '../../support/world.js';

/** Code that no history executes, by the reason: its file and how it begins. */
const EXPECTED: Record<string, [file: string, code: string][]> = {
  'a query is in no history, and an update is validated before it is in one': [
    ['bulk/progress.js', 'function bulkStatus('],
    ['bulk/cancel-operations.js', '() =>'],
    ['follow-operation.js', '() =>'],
    ['follow-operation.js', '() =>'],
    ['follow-operation.js', '(given) =>'],
    ['follow-operation.js', '(given) =>'],
    ['follow-operation.js', '(what) =>'],
    ['status.js', "return 'DONE'"],
    ['status.js', '?.outcome'],
    ['status.js', ': endOf('],
    ['status.js', 'function endOf('],
  ],
  'it satisfies the compiler, or handles what Temporal and the activities do not do today': [
    ['activities.js', 'throw error;'],
    ['activities.js', ': undefined'],
    ['failures.js', '?? error'],
    ['failures.js', ': error'],
    ['failures.js', "?? 'UNKNOWN'"],
    ['failures.js', ": 'UNKNOWN'"],
    ['failures.js', ': String(cause)'],
    ['failures.js', 'throw error;'],
    ['failures.js', "?? 'no reason given'"],
    ['bulk/canceller.js', '? []'],
    ['bulk/canceller.js', "?? ''"],
    ['bulk/cancel-operations.js', 'throw error;'],
    ['follower.js', '?? 0'],
    ['follower.js', '() => undefined'],
    ['progress.js', '?? now'],
    ['follow-operation.js', "?? 'UNKNOWN'"],
    ['follow-operation.js', 'throw error;'],
  ],
  'no event depends on it: details are in no history, and no span is made of a replay': [
    ['details.js', '&& '],
    ['details.js', ': `${Math.floor('],
    ['tracing.js', '?.data'],
    ['tracing.js', '|| parent === undefined'],
    ['tracing.js', 'current = {'],
    ['tracing.js', 'const message ='],
    ['tracing.js', '? error.message'],
    ['tracing.js', ': undefined'],
    ['tracing.js', 'tracing.report('],
  ],
  'another workflow continues as new into ours, as in test/hostile/continuation.test.ts': [
    ['continued.js', "?? ''"],
    ['continued.js', 'throw (0,'],
  ],
  'a worker lacks a codec, which fails the task, as in test/workflows/abort/undecodable.test.ts': [
    ['bulk/canceller.js', 'throw error;'],
    ['bulk/canceller.js', 'throw error;'],
    ['follow-operation.js', '? undefined'],
    ['undecodable.js', 'throw new Error('],
  ],
  'an operator ends, pauses or changes an activity or a loop, as in test/workflows/abort/by-hand.test.ts and polling/reconcile.test.ts':
    [
      ['activities.js', 'throw new _temporalio'],
      ['follower.js', 'this.pausedPolls.plan('],
      ['paused-polls.js', '? Date.now()'],
      ['paused-polls.js', '? Math.min('],
      ['run-again.js', 'return true;'],
      ['activities.js', 'return false;'],
      ['activities.js', '&& lastPollState(last)'],
      ['run-again.js', 'last = error;'],
      ['run-again.js', 'await (0,'],
    ],
  'it takes fifty thousand pages, which test/bulk/pages.test.ts has': [['bulk/pages.js', 'return `gave ']],
  'it takes a thousand workflows that no worker takes': [
    ['bulk/canceller.js', "return { kind: 'failed', type: 'UNAVAILABLE'"],
  ],
  'it takes inputs of megabytes, which test/bulk/carry.test.ts has': [['bulk/progress.js', 'Object.assign(cut,']],
};

/** Each entry allows one piece of code: a second one that begins alike is another branch. */
function compare(pieces: Unreached[]): { unexpected: Unreached[]; stale: string[] } {
  const unexpected = [...pieces];
  const stale: string[] = [];
  for (const [file, code] of Object.values(EXPECTED).flat()) {
    const at = unexpected.findIndex((piece) => piece.file === `workflows/${file}` && piece.code.startsWith(code));
    if (at === -1) stale.push(`${file}: ${code}`);
    else unexpected.splice(at, 1);
  }
  return { unexpected, stale };
}

// A change can break a branch without a history and fail no test.
test('every branch of the workflows is in a history that is replayed', { timeout: 300_000 }, async () => {
  await quietRuntime();
  const histories = recordedVersions().flatMap((version) =>
    recordedRuns(version).map((run) => ({
      workflowId: `${version}/${run}`,
      history: historyFromJson(readRun(version, run)),
    })),
  );
  const { unexpected, stale } = compare(await unreachedBy(histories));
  assert.deepEqual(unexpected, [], 'add a scenario to test/support/scenarios and record it: npm run record');
  assert.deepEqual(stale, [], 'these are reached, or gone');
});
