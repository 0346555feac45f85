import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRunning } from '../../cli/list/running.js';
import { tableOf } from '../../cli/list/table.js';
import type { JsonObject } from '../../contract/operation.js';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const createTime = '2026-11-30T09:00:00Z';
const running = (kind: string, id: string, metadata: JsonObject = {}, service = 'aiplatform.googleapis.com') =>
  toRunning(
    { service, kind },
    { name: `projects/p/locations/l/${kind === 'operation' ? 'operations' : kind}/${id}`, done: false, metadata },
  );

test('a table has the columns that something has, and the name in the same line where all fit into 80 columns', () => {
  const rows = [running('operation', '1', { createTime, progressPercent: 42.9 }), running('operation', '2')];
  assert.deepEqual(tableOf(rows, NOW).split('\n'), [
    '     AGE  PROGRESS  NAME',
    '      3h  42%       projects/p/locations/l/operations/1',
    '       ?  -         projects/p/locations/l/operations/2',
  ]);
});

test('a table of operations without anything but an age has a line for each, however long its name', () => {
  const id = '1'.repeat(100);
  assert.equal(tableOf([running('operation', id)], NOW).split('\n').length, 2);
});

test('a display name is cut, so that the facts fit into 80 columns', () => {
  const metadata = { createTime, state: 'JOB_STATE_RUNNING', displayName: `${'x'.repeat(59)}😀`.repeat(9) };
  const lines = tableOf([running('customJobs', '1', metadata)], NOW).split('\n');
  assert.deepEqual(lines[3], '          projects/p/locations/l/customJobs/1');
  assert.match(lines[2] ?? '', /^ {6}3h {2}RUNNING {2}x+…$/);
  for (const line of lines) assert.ok(line.length <= 80, line);
});

for (const [metadata, expected] of [
  [{ progressPercent: 7 }, 7],
  [{ progressPercentage: 70.5 }, 70.5],
  [{ progress: { progressPercent: 0 } }, 0],
  [{ progress: [{ progressPercent: 100 }, {}] }, undefined],
  [{ progressPercentage: { completedWork: '1', estimatedWork: '2' } }, undefined],
  [{ progressPercent: '7' }, undefined],
  [{ progressPercent: 700 }, undefined],
] as const)
  test(`the progress in ${JSON.stringify(metadata)} is ${expected ?? 'unknown'}`, () => {
    assert.equal(
      running('operation', '1', structuredClone(metadata) as unknown as JsonObject).progressPercent,
      expected,
    );
  });
