import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_SHOWN } from '../../contract/bulk.js';
import { MAX_NAME_LENGTH } from '../../contract/names.js';
import {
  initialBulkProgress,
  bulkResult,
  bulkStatus,
  recordFailure,
  recordName,
  recordReport,
} from '../../workflows/bulk/progress.js';

describe('the progress of a bulk', () => {
  test('starts empty', () => {
    const progress = initialBulkProgress('id');
    const empty = {
      matched: 0,
      started: 0,
      outcomes: {},
      failures: [],
      results: [],
      names: [],
      unreachable: [],
      unknownAge: 0,
    };
    assert.deepEqual(bulkResult(progress), empty);
    assert.deepEqual(bulkStatus(progress, []), { ...empty, listing: true, underWay: [], stopping: false });
    const { queue, runs, begun, repeats, relisted, listed, requestId } = progress;
    assert.deepEqual([queue, runs, begun, repeats, relisted, listed, requestId], [[], [], 0, 0, false, false, 'id']);
  });

  test('counts every name, and lists the first thousand', () => {
    const progress = initialBulkProgress('id');
    for (const name of ['a/1', 'a/2']) recordName(progress, name);
    for (let index = 0; index < MAX_SHOWN; index++) recordName(progress, `b/${index}`);
    assert.equal(progress.matched, MAX_SHOWN + 2);
    assert.equal(progress.names.length, MAX_SHOWN);
    assert.deepEqual(progress.names.slice(0, 3), ['a/1', 'a/2', 'b/0']);
    recordName(progress, 'c/1');
    assert.deepEqual([progress.matched, progress.names.length], [MAX_SHOWN + 3, MAX_SHOWN]);
  });

  test('counts outcomes and lists failures; an operation under way is neither', () => {
    const progress = initialBulkProgress('id');
    recordReport(progress, 'a/1', { kind: 'ended', outcome: 'CANCELLED', won: true });
    recordReport(progress, 'a/2', { kind: 'ended', outcome: 'CANCELLED', won: false });
    recordReport(progress, 'a/3', { kind: 'ended', outcome: 'LOST', won: false });
    recordReport(progress, 'a/4', { kind: 'failed', type: 'NOT_FOUND', message: 'm' });
    recordReport(progress, 'a/5', { kind: 'underWay', run: { name: 'a/5', workflowId: 'w', runId: 'r' } });
    assert.deepEqual(progress.outcomes, { CANCELLED: 2, LOST: 1 });
    assert.deepEqual(progress.failures, [{ name: 'a/4', type: 'NOT_FOUND', message: 'm' }]);
    assert.deepEqual(progress.results, [
      { name: 'a/1', outcome: 'CANCELLED', won: true },
      { name: 'a/2', outcome: 'CANCELLED', won: false },
      { name: 'a/3', outcome: 'LOST', won: false },
    ]);
  });

  test('lists the first thousand results, and keeps the whole within the limit of Temporal', () => {
    const progress = initialBulkProgress('id');
    const names = Array.from({ length: MAX_SHOWN + 1 }, (_, index) => `a/${index}`.padEnd(MAX_NAME_LENGTH, 'x'));
    for (const name of names) recordName(progress, name);
    for (const name of names) {
      recordReport(progress, name, { kind: 'ended', outcome: 'CANCELLED', won: true });
      recordFailure(progress, name, 'NOT_FOUND', 'm'.repeat(300));
    }
    assert.equal(progress.results.length, MAX_SHOWN);
    const result = bulkResult(progress);
    assert.ok(Buffer.byteLength(JSON.stringify(result)) < 2 * 1024 * 1024);
    assert.deepEqual([result.outcomes, result.matched], [{ CANCELLED: MAX_SHOWN + 1 }, MAX_SHOWN + 1]);
    assert.equal(result.failures.length, MAX_SHOWN, 'failures are kept while there is something else to cut');
    assert.ok(result.results.length > 0);
    assert.equal(progress.names.length, MAX_SHOWN, 'the progress itself is not changed');
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
