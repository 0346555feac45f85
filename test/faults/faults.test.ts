import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textOf } from './report.js';
import { runFaults } from './run.js';

const MINUTES = 0.3;
/** Always the same plan: `npm run test:faults` makes new ones. */
const SEED = 20_260;
/** Long enough for any machine; `npm run test:faults` checks that it takes a minute at most. */
const MAX_RECOVERY_MS = 600_000;

describe('the worker under faults', () => {
  it('records nothing wrong, loses nothing, and ends everything', async (t) => {
    const lines: string[] = [];
    const report = await runFaults({
      seed: SEED,
      minutes: MINUTES,
      maxRecoveryMs: MAX_RECOVERY_MS,
      say: (line) => lines.push(line),
      signal: t.signal,
    });
    t.diagnostic(`slowest recovery: ${report.recoveries.slowest} ms`);
    assert.ok(report.kills >= 2, `${report.kills} kills`);
    assert.ok(report.temporalRestarts >= 1);
    assert.ok(report.requestsHit > 0);
    assert.deepEqual(report.problems, [], `${lines.join('\n')}\n${textOf(report)}`);
  });
});
