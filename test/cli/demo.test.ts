import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scenarios } from '../../cli/demo/scenarios.js';
import { run, start } from './support/command.js';

const OUTCOMES = ['CANCELLED', 'COMPLETED', 'FAILED', 'NOT_CANCELLABLE', 'STILL_RUNNING', 'LOST'];

// Settings that would send a worker to another server than the demonstration's.
const ELSEWHERE = {
  TEMPORAL_ADDRESS: 'temporal.acme.example:7233',
  TEMPORAL_TASK_QUEUE: 'google-operations',
  TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml',
  ALLOWED_OPERATIONS: 'projects/other/**',
};

describe('the demonstration', { concurrency: true }, () => {
  test('it shows every outcome, survives the death of its worker, finds no wrong record, and exits with 0', async () => {
    const { code, stdout, stderr } = await run(['demo', '--exit'], ELSEWHERE);
    assert.equal(code, 0, stderr);

    const [header, ...rows] = (stdout.split('\n\n')[0] ?? '').split('\n');
    assert.match(header ?? '', /^operation +outcome +cancel won +cancels +polls +time$/);
    assert.equal(rows.length, scenarios.length);
    for (const outcome of OUTCOMES)
      assert.ok(
        rows.some((row) => row.includes(` ${outcome} `)),
        outcome,
      );
    const won = rows.filter((row) => row.includes(' yes '));
    assert.deepEqual(
      won.map((row) => row.slice(0, 18).trim()),
      ['dataset import', 'custom job', 'index rebuild'],
    );

    assert.match(stdout, /All records are\s+right/);
    assert.doesNotMatch(stdout + stderr, /http:/, 'no link to what has ended');
    const end = `${stderr.slice(stderr.indexOf('What was recorded'))}${stdout}`;
    assert.ok(end.trimEnd().split('\n').length + 2 < 24, 'table, check and link fit a terminal of 24 rows');

    const pids = [...stderr.matchAll(/worker +ready, process (\d+)/g)].map(([, pid]) => Number(pid));
    assert.equal(new Set(pids).size, 2);
    assert.match(stderr, new RegExp(`process ${pids[0]} killed with SIGKILL`));
    for (const pid of pids) assert.equal(isAlive(pid), false);

    for (const line of `${stdout}${stderr}`.split('\n')) {
      assert.ok(line.length <= 80, line);
      assert.ok(!line.includes('\u001B'), line);
    }
  });

  test('Ctrl-C before the table ends it and its worker, with 130', async () => {
    const demo = start(['demo']);
    await demo.waitFor('stderr', 'start accepted');
    demo.child.kill('SIGINT');
    assert.equal(await demo.ended, 130);
    assert.equal(demo.written.stdout, '');
    const pid = Number(/ready, process (\d+)/.exec(demo.written.stderr)?.[1]);
    assert.equal(isAlive(pid), false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
