import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { untilFound } from '../support/until.js';
import { healthAddress, spawnWorker } from '../support/worker-process.js';
import { scheduleActivity } from './support/schedule-activity.js';

const LENGTH = 300_000;
/** Names of encodings that keep a pattern busy: one of the log's, and one of the SDK's. */
const ENCODINGS = { 'beginnings of tokens': '-eyJaaaa', blanks: ' ' };

describe('a payload whose encoding is a hostile text', () => {
  let temporal: TestTemporal;
  let connection: Connection;
  let emulator: Emulator;
  before(async () => {
    temporal = await testTemporal();
    connection = await Connection.connect({ address: temporal.address });
    emulator = await startEmulator();
  });
  after(async () => {
    await emulator.close();
    await connection.close();
    await temporal.stop();
  });

  for (const [what, piece] of Object.entries(ENCODINGS)) {
    test(`leaves the worker answering, and its log short: ${what}`, async (t) => {
      const taskQueue = `poison-${randomUUID()}`;
      const worker = spawnWorker(t, {
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_TASK_QUEUE: taskQueue,
        OPERATIONS_EMULATOR_HOST: emulator.host,
        HEALTH_ADDRESS: '127.0.0.1:0',
      });
      const health = await healthAddress(worker);
      await worker.ready();
      const client = new Client({ connection });
      const workflowId = await scheduleActivity(
        connection,
        taskQueue,
        'getOperation',
        piece.repeat(LENGTH / piece.length),
      );
      t.after(() => client.workflow.getHandle(workflowId).terminate());

      let slowestMs = 0;
      const ended = new AbortController();
      const probes = (async () => {
        while (!ended.signal.aborted) {
          const start = performance.now();
          await (await fetch(`${health}/healthz`)).text();
          slowestMs = Math.max(slowestMs, performance.now() - start);
          await delay(20);
        }
      })();
      await untilFound(
        async () => {
          const { raw } = await client.workflow.getHandle(workflowId).describe();
          return raw.pendingActivities?.find(({ attempt, lastFailure }) => (attempt ?? 0) > 2 && lastFailure);
        },
        () => 'a third attempt of the activity',
      ).finally(() => ended.abort());
      await probes;
      assert.ok(slowestMs < 5_000, `/healthz took ${Math.round(slowestMs)} ms`);
      const longest = Math.max(...worker.lines.map((line) => line.length));
      assert.ok(longest < 70_000, `a line of the log has ${longest} characters`);
      assert.ok(!worker.lines.some((line) => /"task(?:Encoded)?":/.test(line)), 'a task is in the log');
    });
  }
});
