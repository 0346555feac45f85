import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { GuardedProcess } from '../../devserver/guarded-process.js';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';

const MAIN = fileURLToPath(new URL('../../worker/main.js', import.meta.url));

describe("the worker's log of what Google or a caller did", { concurrency: true, timeout: 300_000 }, () => {
  let temporal: TestTemporal;
  let connection: Connection;
  let emulator: Emulator;
  before(async () => {
    temporal = await testTemporal();
    connection = await Connection.connect({ address: temporal.address });
    emulator = await startEmulator();
  });
  after(async () => {
    await connection.close();
    await emulator.close();
    await temporal.stop();
  });

  /** The lines that a worker process writes from its start to its end, while one cancellation runs. */
  async function linesOf(t: TestContext, input: object, env: Record<string, string>): Promise<string[]> {
    const taskQueue = `log-${randomUUID()}`;
    const worker = new GuardedProcess(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_TASK_QUEUE: taskQueue,
        OPERATIONS_EMULATOR_HOST: emulator.host,
        ...env,
      },
    });
    t.after(() => worker.kill());
    await worker.waitForLine((line) => /\bready\b/.test(line) || undefined);
    const start = worker.lines.length;
    const options = { taskQueue, workflowId: randomUUID(), args: [input] };
    await new Client({ connection }).workflow.execute('cancelOperation', options).catch(() => undefined);
    await worker.stop();
    const lines = worker.lines.slice(start).filter((line) => !/stopp(?:ing|ed)/.test(line));
    for (const line of lines) assert.doesNotMatch(line, /^\s+at |"stack":/);
    return lines;
  }

  const name = 'projects/p/locations/us-central1/operations/mistyped';

  for (const LOG_FORMAT of ['pretty', 'json']) {
    it(`is one line at warn for a mistyped name, with what to do (${LOG_FORMAT})`, async (t) => {
      const lines = await linesOf(t, { name, notFoundGrace: '2s' }, { LOG_FORMAT });
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0] ?? '', /warn/i);
      assert.match(lines[0] ?? '', /Workflow failed: get of projects\/p\S+\/mistyped: NOT_FOUND .*Check the name/);
    });

    it(`is one line at warn for bad input (${LOG_FORMAT})`, async (t) => {
      const lines = await linesOf(t, { name, timeout: '5' }, { LOG_FORMAT });
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0] ?? '', /Workflow failed: timeout: must be a duration/);
    });
  }

  it('is one line at debug for a planned retry, with its time', async (t) => {
    const flaky = 'projects/p/locations/us-central1/operations/flaky';
    emulator.add({ name: flaky });
    emulator.fail({ kind: 'status', code: 'UNAVAILABLE', retryAfter: 2, method: 'cancel', name: flaky, times: 1 });
    const input = { name: flaky };
    const lines = await linesOf(t, input, { LOG_FORMAT: 'json', LOG_LEVEL: 'debug' });
    const retries = lines.filter((line) => line.includes('Trying again'));
    assert.equal(retries.length, 1, lines.join('\n'));
    assert.match(
      retries[0] ?? '',
      /"level":"debug".*"msg":"cancelOperation, attempt 1: .*UNAVAILABLE.*Trying again in/,
    );
  });
});
