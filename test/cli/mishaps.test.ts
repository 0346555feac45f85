import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { OperationResult } from '../../contract/result.js';
import { createLogger, readWorkerConfig, startWorker } from '../../worker/index.js';
import { freePort } from '../../devserver/port.js';
import { SERVICE, startWorld, type World } from '../support/world.js';
import { run, start } from './support/command.js';
import { runJson } from './support/json.js';

describe('the message for a problem says what to do next', { concurrency: 3, timeout: 300_000 }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());
  const env = { TEMPORAL_ADDRESS: undefined, TEMPORAL_TASK_QUEUE: undefined };

  const NAME = 'projects/p/locations/us-central1/operations/1';
  for (const command of [
    ['cancel', NAME],
    ['watch', NAME],
    ['abort', NAME],
    ['status', NAME],
  ]) {
    test(`${command[0]} without a Temporal server names the address, within seconds`, async () => {
      const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
      const { code, stdout, stderr } = await run([...command, '--address', address, '-o', 'json'], env);
      const { name, error } = JSON.parse(stdout) as { name: string; error: { type: string } };
      assert.deepEqual([code, name, error.type], [1, NAME, 'NO_CONNECTION']);
      assert.ok(stderr.includes(`No Temporal server answers at ${address} (connection refused)`), stderr);
      assert.match(stderr, /Set --address or TEMPORAL_ADDRESS .* temporal-lro dev\n$/);
    });

    test(`${command[0]} in a namespace that does not exist names it`, async () => {
      const { code, stdout, stderr } = await run([...command, '--address', world.address, '--namespace', 'nope'], env);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /has no namespace nope\. Set --namespace or TEMPORAL_NAMESPACE to one that it has/);
    });
  }

  test('an unknown profile and a bad address are named', async () => {
    const profile = await run(['status', NAME, '--profile', 'nope'], env);
    assert.equal(profile.code, 1);
    assert.match(profile.stderr, /--profile names a profile/);
    const address = await run(['status', NAME, '--address', 'http://x'], env);
    assert.equal(address.code, 2);
    assert.match(address.stderr, /--address <host:port>.*host:port such as localhost:7233/);
  });

  for (const command of ['cancel', 'cancel-all'])
    test(`${command} that joins a workflow on a task queue without a worker names the queue, the execution and the way out`, async (t) => {
      const taskQueue = `left-${randomUUID()}`;
      const project = `left-${randomUUID()}`;
      const name = world.operation({}, { project });
      const workflowId = workflowIdOf(SERVICE, name);
      const watcher = await world.client.workflow.start('watchOperation', { workflowId, taskQueue, args: [{ name }] });
      t.after(() => watcher.terminate());
      const what = command === 'cancel' ? [name] : ['--yes', '--parent', name.replace(/\/operations.*/, '')];
      const flags = ['--address', world.address, '--task-queue', world.taskQueue];
      const running = start([command, ...what, ...flags], { ...env, OPERATIONS_EMULATOR_HOST: world.emulator.host });
      t.after(() => running.child.kill('SIGKILL'));
      await running.waitFor('stderr', `No worker polls the task queue ${taskQueue} `);
      await running.waitFor('stderr', `The execution ${workflowId} is on that queue and holds the id`);
      const terminate = `temporal workflow terminate --workflow-id ${workflowId} --address ${world.address}\n`;
      await running.waitFor('stderr', terminate);
    });

  test('a service that no worker may call is refused before anything is started', async () => {
    const service = 'lro.example.com';
    const { code, stderr } = await run(['cancel', NAME, '--service', service, '--address', world.address], env);
    assert.equal(code, 2);
    assert.ok(stderr.startsWith(`No worker may call "${service}"`), stderr);
    assert.match(stderr, /Where GOOGLE_ENDPOINTS of the worker names it, set the same here\.\nNothing was done/);
  });

  test('without a worker a cancel is stored: one message says so, Ctrl-C exits with 130, and a later worker runs it', async () => {
    const taskQueue = `nobody-${randomUUID()}`;
    const name = world.operation();
    const flags = ['--address', world.address, '--task-queue', taskQueue];
    const command = start(['cancel', name, ...flags], env);
    await command.waitFor('stderr', 'temporal-lro worker\n');
    assert.ok(
      command.written.stderr.startsWith(
        `No worker polls the task queue ${taskQueue} in namespace default at ${world.address}. ` +
          'Temporal has stored the cancellation; it begins once a worker is running.',
      ),
      command.written.stderr,
    );
    const status = await run(['status', name, ...flags], env);
    assert.deepEqual([status.code, status.stdout], [1, '']);
    assert.match(status.stderr, /^No worker polls/);

    const handle = world.client.workflow.getHandle<() => Promise<OperationResult>>(workflowIdOf(SERVICE, name));
    while ((await handle.describe().catch(() => undefined)) === undefined);
    command.child.kill('SIGINT');
    assert.equal(await command.ended, 130);
    assert.equal(command.written.stderr.split('No worker polls').length, 2);
    assert.match(command.written.stderr, /temporal-lro status projects/);

    const worker = await workerFor(taskQueue);
    try {
      const result = await handle.result();
      assert.deepEqual([result.outcome, result.cancellation.aborts], ['CANCELLED', 1]);
    } finally {
      await worker.stop();
    }
  });

  test('without a worker an abort of a running watch is stored too', async () => {
    const taskQueue = `nobody-${randomUUID()}`;
    const name = world.operation();
    const flags = ['--address', world.address, '--task-queue', taskQueue];
    const watching = await runJson(['watch', name, '--no-wait', ...flags], env);
    assert.deepEqual([watching.code, watching.data.cancellation.status], [0, 'NOT_REQUESTED']);
    const aborted = await runJson(['abort', name, '--reason', 'late', ...flags], env);
    assert.deepEqual([aborted.code, aborted.data.cancellation.status], [0, 'REQUESTED']);
    assert.match(aborted.stderr, /Temporal has stored the abort; it is delivered once a worker is running\./);
    const handle = world.client.workflow.getHandle<() => Promise<OperationResult>>(workflowIdOf(SERVICE, name));
    const worker = await workerFor(taskQueue);
    try {
      const result = await handle.result();
      assert.deepEqual([result.outcome, result.cancellation.reason], ['CANCELLED', 'late']);
    } finally {
      await worker.stop();
    }
  });

  async function workerFor(taskQueue: string) {
    const config = readWorkerConfig({
      TEMPORAL_ADDRESS: world.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: world.emulator.host,
      LOG_LEVEL: 'error',
    });
    return startWorker(config, { log: await createLogger(config.log) });
  }
});
