import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_SHOWN } from '../../contract/bulk.js';
import { MAX_NAME_LENGTH } from '../../contract/names.js';
import {
  initialBulkProgress,
  bulkResult,
  bulkStatus,
  recordFailure,
  recordNames,
  recordReport,
} from '../../workflows/bulk/progress.js';

describe('the progress of a bulk', () => {
  test('starts empty', () => {
    const progress = initialBulkProgress('id');
    const empty = { matched: 0, started: 0, outcomes: {}, failures: [], names: [] };
    assert.deepEqual(bulkResult(progress), empty);
    assert.deepEqual(bulkStatus(progress, []), { ...empty, listing: true, underWay: [], stopping: false });
    const { queue, runs, begun, repeats, relisted, listed, requestId } = progress;
    assert.deepEqual([queue, runs, begun, repeats, relisted, listed, requestId], [[], [], 0, 0, false, false, 'id']);
  });

  test('counts every name, and lists the first thousand', () => {
    const progress = initialBulkProgress('id');
    recordNames(progress, ['a/1', 'a/2']);
    recordNames(
      progress,
      Array.from({ length: MAX_SHOWN }, (_, index) => `b/${index}`),
    );
    assert.equal(progress.matched, MAX_SHOWN + 2);
    assert.equal(progress.names.length, MAX_SHOWN);
    assert.deepEqual(progress.names.slice(0, 3), ['a/1', 'a/2', 'b/0']);
    recordNames(progress, ['c/1']);
    assert.deepEqual([progress.matched, progress.names.length], [MAX_SHOWN + 3, MAX_SHOWN]);
  });

  test('counts outcomes and lists failures; an operation under way is neither', () => {
    const progress = initialBulkProgress('id');
    recordReport(progress, 'a/1', { kind: 'ended', outcome: 'CANCELLED' });
    recordReport(progress, 'a/2', { kind: 'ended', outcome: 'CANCELLED' });
    recordReport(progress, 'a/3', { kind: 'ended', outcome: 'LOST' });
    recordReport(progress, 'a/4', { kind: 'failed', type: 'NOT_FOUND', message: 'm' });
    recordReport(progress, 'a/5', { kind: 'underWay', run: { name: 'a/5', workflowId: 'w', runId: 'r' } });
    assert.deepEqual(progress.outcomes, { CANCELLED: 2, LOST: 1 });
    assert.deepEqual(progress.failures, [{ name: 'a/4', type: 'NOT_FOUND', message: 'm' }]);
  });

  test('lists the first thousand failures, with names cut to the longest valid name', () => {
    const progress = initialBulkProgress('id');
    const longest = 'x'.repeat(MAX_NAME_LENGTH);
    recordFailure(progress, longest, 't', 'm');
    recordFailure(progress, `${longest}y`, 't', 'm');
    assert.deepEqual(
      progress.failures.map(({ name }) => name),
      [longest, `${longest}…`],
    );
    for (let index = 0; index < MAX_SHOWN; index += 1) recordFailure(progress, `a/${index}`, 't', 'm');
    assert.equal(progress.failures.length, MAX_SHOWN);
  });

  test('has what is under way, and whether there is more to list', () => {
    const progress = { ...initialBulkProgress('id'), listed: true, stopping: true };
    const { listing, stopping, underWay } = bulkStatus(progress, new Set(['a/1', 'a/2']));
    assert.deepEqual([listing, stopping, underWay], [false, true, ['a/1', 'a/2']]);
  });
});
