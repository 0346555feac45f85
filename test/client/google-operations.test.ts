import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import { GoogleOperations } from '../../client/index.js';
import { createLogger, readWorkerConfig, startWorker } from '../../worker/index.js';
import { until } from '../support/history.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

const UNKNOWN = 'projects/p/locations/l/operations/unknown';

describe('GoogleOperations', TOGETHER, () => {
  let world: World;
  let operations: GoogleOperations;
  before(async () => {
    world = await startWorld();
    ({ operations } = world);
  });
  after(() => world.close());

  /** Operations of a task queue that no worker polls. */
  const withoutWorker = () => new GoogleOperations(world.client, { taskQueue: `nobody-${randomUUID()}` });
  const describeWorkflow = (workflowId: string) => world.client.workflow.getHandle(workflowId).describe();

  test('a cancel of an operation that is watched aborts the watcher, and both handles have one result', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
    const watcher = await operations.watch({ name, reason: 'nightly' });
    const canceller = await operations.cancel({ name, reason: 'budget', requestedBy: 'ops@example.com' });
    assert.deepEqual(
      [canceller.name, canceller.workflowId, canceller.runId],
      [name, watcher.workflowId, watcher.runId],
    );
    const [first, second] = await Promise.all([watcher.result(), canceller.result()]);
    assert.deepEqual(first, second);
    assert.equal(second.outcome, 'CANCELLED');
    assert.equal(second.cancellation.reason, 'budget');
    assert.equal(second.cancellation.aborts, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('two cancels at the same time are one workflow, one cancel at Google and one result', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
    const handles = await Promise.all([operations.cancel({ name }), operations.cancel({ name })]);
    const [one, other] = await Promise.all(handles.map((handle) => handle.result()));
    assert.deepEqual(one, other);
    assert.equal(one?.cancellation.aborts, 2);
    assert.equal(one?.cancellation.timesSent, 1);
    assert.equal(world.cancels(name), 1);
  });

  test('repeated tries of a cancel and of an abort with one request id are one abort', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const requestId = randomUUID();
    const handle = await operations.cancel({ name }, { requestId });
    await operations.cancel({ name }, { requestId });
    for (let tries = 0; tries < 2; tries++) await handle.abort({}, { requestId: `${requestId}-2` });
    const stored = { requestId: `${requestId}-3`, waitForWorker: false } as const;
    for (let tries = 0; tries < 2; tries++) await operations.cancel({ name }, stored);
    for (let tries = 0; tries < 2; tries++) await handle.abort({}, { ...stored, requestId: `${requestId}-4` });
    world.emulator.complete(name);
    assert.equal((await handle.result()).cancellation.aborts, 4);
  });

  test('a second watch joins the first', async () => {
    const name = world.operation({ completesAfterMs: 600 });
    const [one, other] = await Promise.all([operations.watch({ name }), operations.watch({ name })]);
    assert.equal(one.runId, other.runId);
    assert.deepEqual(await one.result(), await other.result());
  });

  test('an abort returns the status, and of an operation that is final the one with its outcome', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 200 } });
    const handle = await operations.watch({ name });
    const running = await handle.abort({ reason: 'budget' });
    assert.notEqual(running.cancellation.status, 'NOT_REQUESTED');
    await handle.result();
    const ended = await operations.getHandle(name).abort();
    assert.equal(ended.state, 'DONE');
    assert.equal(ended.outcome, 'CANCELLED');
    assert.equal(ended.cancellation.aborts, 1, 'nothing is left to abort');
  });

  test('an abort with a bad field is refused by its name, and aborts nothing', async () => {
    const name = world.operation();
    const handle = await operations.watch({ name });
    const bad = { reason: 'x'.repeat(2_000) };
    const refusal = { code: 'INVALID_ARGUMENT', message: /^reason: / };
    await assert.rejects(handle.abort(bad), refusal);
    await assert.rejects(handle.abort(bad, { waitForWorker: false }), refusal);
    assert.equal((await handle.status()).cancellation.status, 'NOT_REQUESTED');
    assert.equal(world.cancels(name), 0);
    world.emulator.complete(name);
    await handle.result();
  });

  test('the status counts the polls that the pending activity has made since', async () => {
    const name = world.operation({ waitSupported: 'unimplemented' });
    const handle = await operations.watch({ name, polling: { initialInterval: '50ms' } });
    await world.emulator.waitFor(() => world.polls(name) >= 5);
    const status = await until(
      () => handle.status(),
      ({ polls }) => polls >= 4,
    );
    assert.equal(status.state, 'WATCHING');
    assert.equal(status.pending?.activity, 'awaitOperation');
    world.emulator.complete(name);
    const result = await handle.result();
    assert.equal(result.polls, world.polls(name));
    assert.deepEqual((await handle.status()).outcome, 'COMPLETED');
  });

  test('an operation that nobody follows is NOT_FOUND, whatever is asked of its handle', async () => {
    const handle = operations.getHandle(UNKNOWN);
    const notFound = { name: 'GoogleOperationsError', code: 'NOT_FOUND', message: new RegExp(UNKNOWN) };
    await assert.rejects(handle.result(), notFound);
    await assert.rejects(handle.status(), notFound);
    await assert.rejects(handle.abort(), notFound);
    await assert.rejects(handle.abort({}, { waitForWorker: false }), (error: Error) => {
      assert.match(String(error.cause), /WorkflowNotFoundError/, 'the cause is kept');
      return true;
    });
  });

  test('bad input is INVALID_ARGUMENT by the name of its field, before anything is started', async () => {
    assert.throws(() => operations.getHandle('../x'), { code: 'INVALID_ARGUMENT', message: /^name: / });
    assert.throws(() => operations.getHandle(UNKNOWN, { service: 'X' }), { message: /^service: / });
    for (const start of ['cancel', 'watch'] as const)
      await assert.rejects(operations[start]({ name: 'a/b', timeout: 'soon' }), {
        code: 'INVALID_ARGUMENT',
        message: /^timeout: /,
      });
  });

  test('the handle of an operation of another service is another one', () => {
    const service = 'documentai.googleapis.com';
    assert.match(operations.getHandle(UNKNOWN, { service }).workflowId, /^operation:documentai/);
    assert.match(operations.getHandle(UNKNOWN).workflowId, /^operation:aiplatform/);
  });

  test('a workflow that failed says how', async () => {
    const name = 'projects/p/locations/us-central1/operations/never-there';
    const handle = await operations.cancel({ name, notFoundGrace: 0 });
    await assert.rejects(handle.result(), { code: 'FAILED', failureType: 'NOT_FOUND' });
    await assert.rejects(handle.status(), { code: 'FAILED', failureType: 'NOT_FOUND' });
  });

  test('a workflow that was terminated is TERMINATED', async () => {
    const name = world.operation();
    const handle = await operations.watch({ name });
    await world.client.workflow.getHandle(handle.workflowId).terminate();
    const terminated = { code: 'TERMINATED', message: /was terminated/ };
    await assert.rejects(handle.result(), terminated);
    await assert.rejects(handle.abort(), terminated);
  });

  test('the search attributes and the memo show the outcome in lists of workflows', async () => {
    const name = world.operation();
    const handle = await operations.cancel({ name });
    await handle.result();
    const description = await describeWorkflow(handle.workflowId);
    assert.deepEqual(description.memo, { operation: name, outcome: 'CANCELLED', won: true });
    assert.deepEqual(description.searchAttributes['GoogleOperationOutcome'], ['CANCELLED']);
    assert.deepEqual(description.searchAttributes['GoogleOperationName'], [name]);
  });

  test("one caller's deadline does not keep the search attributes from another's workflow", async () => {
    // A client that has not asked for the search attributes yet.
    const client = new Client({ connection: world.client.connection });
    const both = new GoogleOperations(client, { taskQueue: world.taskQueue });
    const late = client.withDeadline(Date.now() - 1, () => both.watch({ name: world.operation() }));
    const refused = assert.rejects(late, /DEADLINE_EXCEEDED|Failed to (?:start|describe)/);
    const handle = await both.cancel({ name: world.operation() });
    await refused;
    const { searchAttributes } = await describeWorkflow(handle.workflowId);
    assert.deepEqual(searchAttributes['GoogleOperationName'], [handle.name]);
  });

  test('a handle gives the result of its own run, and the status of the latest', async () => {
    const name = world.operation();
    const first = await operations.watch({ name });
    await world.client.workflow.getHandle(first.workflowId).terminate();
    const second = await operations.watch({ name });
    assert.notEqual(second.runId, first.runId);
    assert.equal((await first.status()).state, 'WATCHING');
    await assert.rejects(first.result(), { code: 'TERMINATED' });
    await first.abort({ reason: 'again' });
    assert.equal((await second.result()).cancellation.reason, 'again');
  });

  test('with waitForWorker false, cancel and watch return without a worker', async () => {
    for (const start of ['cancel', 'watch'] as const) {
      const handle = await withoutWorker()[start]({ name: world.operation() }, { waitForWorker: false });
      const { status, historyLength } = await describeWorkflow(handle.workflowId);
      assert.deepEqual([status.name, historyLength <= 3], ['RUNNING', true]);
      await world.client.workflow.getHandle(handle.workflowId).terminate();
    }
  });

  test('cancel and watch return once a worker has taken the request', async () => {
    const taskQueue = `late-${randomUUID()}`;
    const late = new GoogleOperations(world.client, { taskQueue });
    const starts = (['cancel', 'watch'] as const).map(async (start) => {
      const name = world.operation({ onCancel: { kind: 'ignored' } });
      let hasReturned = false;
      const starting = late[start]({ name }).finally(() => (hasReturned = true));
      const { workflowId } = late.getHandle(name);
      await until(
        () => describeWorkflow(workflowId).catch(() => undefined),
        (description) => description !== undefined,
      );
      return { name, starting, workflowId, hasReturned: () => hasReturned };
    });
    const started = await Promise.all(starts);
    for (const { hasReturned } of started) assert.equal(hasReturned(), false);
    const config = readWorkerConfig({
      TEMPORAL_ADDRESS: world.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: world.emulator.host,
      LOG_LEVEL: 'error',
    });
    const worker = await startWorker(config, { log: await createLogger(config.log) });
    for (const { name, starting, workflowId } of started) {
      const handle = await starting;
      assert.equal(handle.workflowId, workflowId);
      world.emulator.complete(name);
      assert.equal((await handle.result()).outcome, 'COMPLETED');
    }
    await worker.stop();
  });

  test('a cancel without waiting is one abort, and aborts a watcher', async () => {
    const name = world.operation();
    const alone = await operations.cancel({ name, reason: 'budget' }, { waitForWorker: false });
    const { outcome, cancellation } = await alone.result();
    assert.deepEqual([outcome, cancellation.aborts, cancellation.reason], ['CANCELLED', 1, 'budget']);

    const watched = world.operation();
    const watcher = await operations.watch({ name: watched });
    const canceller = await operations.cancel({ name: watched }, { waitForWorker: false });
    assert.equal(canceller.runId, watcher.runId);
    assert.equal((await canceller.result()).outcome, 'CANCELLED');
  });

  test('an abort without waiting is stored; what has ended is NOT_FOUND for it', async () => {
    const name = world.operation();
    const handle = await operations.watch({ name });
    assert.equal(await handle.abort({ reason: 'budget' }, { waitForWorker: false }), undefined);
    assert.equal((await handle.result()).cancellation.reason, 'budget');
    await assert.rejects(handle.abort({}, { waitForWorker: false }), { code: 'NOT_FOUND' });
    assert.equal((await handle.abort()).state, 'DONE');
  });
});
