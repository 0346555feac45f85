import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MOST_SHOWN } from '../../contract/bulk.js';
import { MAX_NAME_LENGTH } from '../../contract/names.js';
import {
  bulkBeginning,
  bulkResult,
  bulkStatus,
  noteFailure,
  noteNames,
  noteReport,
} from '../../workflows/bulk/progress.js';

describe('the count of many', () => {
  test('begins with nothing', () => {
    const progress = bulkBeginning('id');
    const empty = { matched: 0, started: 0, outcomes: {}, failures: [], names: [] };
    assert.deepEqual(bulkResult(progress), empty);
    assert.deepEqual(bulkStatus(progress, []), { ...empty, listing: true, underWay: [], stopping: false });
    const { queue, runs, begun, repeats, relisted, listed, requestId } = progress;
    assert.deepEqual(
      [queue, runs, begun, repeats, relisted, listed, requestId],
      [[], [], 0, 0, false, false, 'id'],
    );
  });

  test('counts every name, and shows the first thousand', () => {
    const progress = bulkBeginning('id');
    noteNames(progress, ['a/1', 'a/2']);
    noteNames(
      progress,
      Array.from({ length: MOST_SHOWN }, (_, index) => `b/${index}`),
    );
    assert.equal(progress.matched, MOST_SHOWN + 2);
    assert.equal(progress.names.length, MOST_SHOWN);
    assert.deepEqual(progress.names.slice(0, 3), ['a/1', 'a/2', 'b/0']);
    noteNames(progress, ['c/1']);
    assert.deepEqual([progress.matched, progress.names.length], [MOST_SHOWN + 3, MOST_SHOWN]);
  });

  test('counts outcomes by their name, and what failed with its reason; what is under way is neither', () => {
    const progress = bulkBeginning('id');
    noteReport(progress, 'a/1', { kind: 'ended', outcome: 'CANCELLED' });
    noteReport(progress, 'a/2', { kind: 'ended', outcome: 'CANCELLED' });
    noteReport(progress, 'a/3', { kind: 'ended', outcome: 'LOST' });
    noteReport(progress, 'a/4', { kind: 'failed', type: 'NOT_FOUND', message: 'm' });
    noteReport(progress, 'a/5', { kind: 'underWay', run: { name: 'a/5', workflowId: 'w', runId: 'r' } });
    assert.deepEqual(progress.outcomes, { CANCELLED: 2, LOST: 1 });
    assert.deepEqual(progress.failures, [{ name: 'a/4', type: 'NOT_FOUND', message: 'm' }]);
  });

  test('shows the first thousand failures, and of a name as much as a name can have', () => {
    const progress = bulkBeginning('id');
    const longest = 'x'.repeat(MAX_NAME_LENGTH);
    noteFailure(progress, longest, 't', 'm');
    noteFailure(progress, `${longest}y`, 't', 'm');
    assert.deepEqual(
      progress.failures.map(({ name }) => name),
      [longest, `${longest}…`],
    );
    for (let index = 0; index < MOST_SHOWN; index += 1) noteFailure(progress, `a/${index}`, 't', 'm');
    assert.equal(progress.failures.length, MOST_SHOWN);
  });

  test('tells what is under way, and whether more is to come', () => {
    const progress = { ...bulkBeginning('id'), listed: true, stopping: true };
    const { listing, stopping, underWay } = bulkStatus(progress, new Set(['a/1', 'a/2']));
    assert.deepEqual([listing, stopping, underWay], [false, true, ['a/1', 'a/2']]);
  });
});
