import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { textOf } from './report.js';
import { runFaults } from './run.js';

const MINUTES = 0.35;

describe('the worker under faults', () => {
  it('records nothing wrong, loses nothing, and ends everything within a minute of the faults', async (t) => {
    const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(1, 2 ** 31));
    const lines: string[] = [];
    const report = await runFaults({
      seed,
      minutes: MINUTES,
      say: (line) => lines.push(line),
      signal: t.signal,
    });
    t.diagnostic(`seed ${seed}: slowest recovery ${report.recoveries.slowest} ms`);
    assert.ok(report.kills >= 2, `${report.kills} kills`);
    assert.ok(report.temporalRestarts >= 1);
    assert.ok(report.requestsHit > 0);
    assert.deepEqual(report.problems, [], `${lines.join('\n')}\n${textOf(report)}`);
  });
});
