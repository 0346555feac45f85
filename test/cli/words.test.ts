import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { combineExitCodes, exitCodes } from '../../cli/exit-code.js';
import { printable, printableJson, printableLines } from '../../cli/output/printable.js';
import { textOfResult } from '../../cli/output/words.js';
import { textOfStatus } from '../../cli/status/text.js';
import type { LiveStatus } from '../../client/operation-handle.js';
import type { OperationResult } from '../../contract/result.js';

describe('the exit code', () => {
  test('is a different one for each outcome', () => {
    assert.deepEqual(exitCodes, {
      CANCELLED: 0,
      COMPLETED: 3,
      FAILED: 4,
      NOT_CANCELLABLE: 5,
      STILL_RUNNING: 6,
      LOST: 7,
    });
  });

  test('of several operations is 2 if one is bad usage, else 1 if one could not be done, else the highest', () => {
    assert.equal(combineExitCodes([]), 0);
    assert.equal(combineExitCodes([0, 0]), 0);
    assert.equal(combineExitCodes([3, 7, 0]), 7);
    assert.equal(combineExitCodes([7, 1, 0]), 1);
    assert.equal(combineExitCodes([7, 1, 2, 0]), 2);
  });
});

describe('a text from a server', () => {
  test('is printed on one line, without characters that control a terminal', () => {
    assert.equal(printable('a\r\n\tb\u001b[2J\u009b\u202e\u2028\u007fc'), 'a b?[2J????c');
    assert.equal(printableLines('a\n\tb\r\u001bc\u2066'), 'a\n b??c?');
  });

  test('has every control character escaped in JSON, and parses to the same text', () => {
    const value = { text: 'é\u007f\u009b\u202e\u2028\u0000' };
    const json = printableJson(value, 2);
    assert.equal(json, '{\n  "text": "é\\u007f\\u009b\\u202e\\u2028\\u0000"\n}');
    assert.deepEqual(JSON.parse(json), value);
    assert.equal(printableJson({ a: 1 }), '{"a":1}');
  });
});

test('a result for people has the place of the outcome where that is a word of the service', () => {
  const result: OperationResult = {
    name: 'batches/1',
    service: 'generativelanguage.googleapis.com',
    kind: 'operation',
    outcome: 'CANCELLED',
    evidence: 'metadata.state',
    wasAlreadyDone: false,
    cancellation: { status: 'ACCEPTED', won: true, aborts: 1, timesSent: 1 },
    responseOmitted: false,
    polls: 2,
    startedAt: '2030-01-01T00:00:00.000Z',
    finishedAt: '2030-01-01T00:00:04.000Z',
  };
  assert.match(textOfResult(result), /CANCELLED: the cancel won \(1 cancel, 2 polls, 4s, read in\s+metadata\.state\)/);
  assert.match(textOfResult({ ...result, evidence: 'error.code' }), /\(1 cancel, 2 polls, 4s\)$/);
  assert.match(textOfResult({ ...result, kind: 'customJobs' }), /\(customJobs, 1 cancel, /);
});

describe('a status for people', () => {
  const now = Date.parse('2030-01-01T00:10:00Z');
  const bare: LiveStatus = {
    name: 'projects/p/operations/1',
    service: 'a.example',
    state: 'WATCHING',
    cancellation: { status: 'NOT_REQUESTED', won: false, aborts: 0, timesSent: 0 },
    polls: 3,
    startedAt: '2030-01-01T00:00:00.000Z',
  };
  const rowsOf = (fields: Partial<LiveStatus> = {}, workflowId = 'operation:x') => {
    const [head, ...lines] = textOfStatus({ ...bare, ...fields }, workflowId, now).split('\n');
    return {
      head,
      lines,
      rows: Object.fromEntries(lines.map((line) => [line.slice(2, 12).trim(), line.slice(14)])),
    };
  };

  test('has a line for each thing that is known, and no other', () => {
    const { head, lines } = rowsOf();
    assert.equal(head, 'projects/p/operations/1');
    assert.deepEqual(lines, [
      '  state       WATCHING',
      '  cancel      not requested',
      '  polls       3',
      '  started     2030-01-01T00:00:00.000Z (10m ago)',
      '  workflow    operation:x',
    ]);
  });

  test('has the title and the progress that are in the metadata, wherever a service has them', () => {
    for (const progress of [
      { progressPercent: 41.7 },
      { progressPercentage: 41 },
      { progress: { progressPercent: 41 } },
    ]) {
      const metadata = { displayName: 'nightly', ...progress };
      const { rows } = rowsOf({ operation: { name: 'x', done: false, metadata } });
      assert.deepEqual([rows['title'], rows['progress']], ['nightly', '41%']);
    }
    const strange = { displayName: 7, progressPercent: 'many', progress: { progressPercent: 101 } };
    const { rows } = rowsOf({ operation: { name: 'x', done: false, metadata: strange } });
    assert.ok(!('title' in rows) && !('progress' in rows));
  });

  test('has the kind of a job', () => {
    assert.equal(rowsOf({ kind: 'customJobs' }).rows['kind'], 'customJobs');
  });

  test('tells who requested the cancel, how often it was sent, and the outcome', () => {
    const { rows } = rowsOf({
      state: 'DONE',
      outcome: 'FAILED',
      cancellation: {
        status: 'ACCEPTED',
        won: false,
        aborts: 2,
        timesSent: 1,
        requestedBy: 'me',
        reason: 'budget',
      },
      operation: { name: 'x', done: true, error: { code: 10, message: 'lost\u001b' } },
    });
    assert.match(rows['state'] ?? '', /^DONE, FAILED: the operation failed with ABORTED/);
    assert.equal(rows['cancel'], 'accepted');
    assert.equal(rows['requested'], '2 times by me, because: budget');
    assert.equal(rows['sent'], '1 time');
    assert.equal(rows['error'], '10 lost?');
    const cancellation = { ...bare.cancellation, aborts: 1 };
    assert.equal(rowsOf({ cancellation }).rows['requested'], '1 time');
    assert.equal(rowsOf({ cancellation: { ...cancellation, reason: 'r' } }).rows['requested'], '1 time because: r');
    const operation = { name: 'x', done: true, error: { code: 10 } };
    assert.equal(rowsOf({ operation }).rows['error'], '10');
  });

  test('tells that nothing but errors comes, and the third of them', () => {
    const at = '2030-01-01T00:09:00.000Z';
    const { rows } = rowsOf({ failing: { at, status: 'UNAVAILABLE', message: 'HTTP 502' } });
    assert.equal(rows['failing'], `since ${at}: HTTP 502`);
  });

  test('tells the pending activity, the time of the next poll and the last error', () => {
    const pending = { activity: 'awaitOperation', attempt: 7, polls: 2 };
    const { rows } = rowsOf({
      pending: {
        ...pending,
        nextAttemptAt: '2030-01-01T00:10:30.000Z',
        lastError: { type: 'UNAVAILABLE', message: 'connect ECONNREFUSED' },
      },
    });
    assert.equal(rows['polls'], '3, next in 30s');
    assert.equal(rows['pending'], 'awaitOperation, attempt 7');
    assert.equal(rows['last error'], 'UNAVAILABLE: connect ECONNREFUSED');
    const late = rowsOf({ pending: { ...pending, nextAttemptAt: '2030-01-01T00:09:30.000Z' } }).rows;
    assert.equal(late['polls'], '3, next in 0ms');
    const fine = rowsOf({
      pending: { ...pending, lastError: { type: 'OperationRunning', message: 'm' } },
    }).rows;
    assert.equal('last error' in fine, false);
  });

  test('fits into 80 columns, with a long value indented below its first line', () => {
    const { lines } = rowsOf({
      operation: { name: 'x', done: true, error: { code: 3, message: 'word '.repeat(40) } },
    });
    assert.ok(
      lines.every((line) => line.length <= 80),
      lines.join('\n'),
    );
    const at = lines.findIndex((line) => line.startsWith('  error       3 word'));
    assert.match(lines[at + 1] ?? '', /^ {14}word/);
  });
});
