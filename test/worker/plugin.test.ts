import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { type DataConverter, type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundle,
} from '@temporalio/worker';
import { GoogleOperations } from '../../client/index.js';
import { ConfigError, GoogleOperationsPlugin, type GoogleOperationsPluginOptions, WorkerError } from '../../index.js';
import { eventsOf } from '../support/history.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

const CONVERTER = fileURLToPath(new URL('support/host-converter.js', import.meta.url));
const WORKFLOWS = fileURLToPath(new URL('support/host-workflow.js', import.meta.url));

/** A codec as an encrypting one: it knows its own payloads only. */
const codec: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads.map(mirrored)),
  decode: (payloads) => {
    if (payloads.some(({ metadata }) => !metadata?.['mirrored'])) throw new ValueError('not encoded');
    return Promise.resolve(payloads.map(mirrored));
  },
};
const dataConverter: DataConverter = { payloadCodecs: [codec] };

function mirrored({ metadata, data }: Payload): Payload {
  const { mirrored: isMirrored, ...rest } = metadata ?? {};
  return {
    metadata: isMirrored ? rest : { ...rest, mirrored: new Uint8Array([1]) },
    ...(data && { data: data.toReversed() }),
  };
}

describe('GoogleOperationsPlugin', TOGETHER, () => {
  let world: World;
  let workflowBundle: WorkflowBundle;
  let connection: NativeConnection;
  /** Every worker that was created, with its options: the plugin's own cannot be had otherwise. */
  const created: { worker: Worker; options: WorkerOptions }[] = [];
  before(async () => {
    const create = Worker.create.bind(Worker);
    mock.method(Worker, 'create', async (options: WorkerOptions) => {
      const worker = await create(options);
      created.push({ worker, options });
      return worker;
    });
    world = await startWorld();
    workflowBundle = await bundleWorkflowCode({
      workflowsPath: WORKFLOWS,
      logger: new DefaultLogger('WARN'),
    });
    connection = await NativeConnection.connect({ address: world.address });
  });
  after(async () => {
    mock.restoreAll();
    // Fails where a worker is left behind.
    await connection.close();
    await world.close();
  });

  const settings = (): GoogleOperationsPluginOptions & { taskQueue: string } => ({
    taskQueue: `plugin-${randomUUID()}`,
    google: { emulatorHost: world.emulator.host },
    env: {},
  });
  const hostWith = (plugin: GoogleOperationsPlugin, more: Partial<WorkerOptions> = {}): Promise<Worker> =>
    Worker.create({
      connection,
      taskQueue: `host-${randomUUID()}`,
      workflowBundle,
      activities: { greeting: (name: string) => Promise.resolve(`Hello, ${name}`) },
      plugins: [plugin],
      ...more,
    });
  const greet = (client: Client, taskQueue: string): Promise<string> =>
    client.workflow.execute<(name: string) => Promise<string>>('greet', {
      workflowId: `greet-${randomUUID()}`,
      taskQueue,
      args: ['host'],
    });
  const cancel = async (taskQueue: string, client = world.client) => {
    const handle = await new GoogleOperations(client, { taskQueue }).cancel({ name: world.operation() });
    return (await handle.result()).outcome;
  };

  test("runs our workflows beside the host's, and both stop when the host's is done", async () => {
    const { taskQueue, ...rest } = settings();
    const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }));
    const outcomes = await host.runUntil(Promise.all([greet(world.client, host.options.taskQueue), cancel(taskQueue)]));
    assert.deepEqual(outcomes, ['Hello, host', 'CANCELLED']);
    assert.equal(host.getState(), 'STOPPED');
  });

  test('a promise of runUntil that settles at once stops both', async () => {
    for (const settle of [Promise.resolve('done'), () => Promise.resolve('done')]) {
      const host = await hostWith(new GoogleOperationsPlugin(settings()));
      assert.equal(await host.runUntil(settle), 'done');
    }
    const host = await hostWith(new GoogleOperationsPlugin(settings()));
    await assert.rejects(host.runUntil(Promise.reject(new Error('no work'))), { message: 'no work' });
  });

  test('run ends after shutdown, and then nothing uses the connection any more', async () => {
    const own = await NativeConnection.connect({ address: world.address });
    const { taskQueue, ...rest } = settings();
    const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }), { connection: own });
    const running = host.run();
    assert.equal(await cancel(taskQueue), 'CANCELLED');
    host.shutdown();
    await running;
    await own.close();
  });

  test("when the host's worker fails, ours is stopped and run rejects with the host's error", async () => {
    const { taskQueue, ...rest } = settings();
    const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }));
    const running = host.run();
    assert.equal(await cancel(taskQueue), 'CANCELLED');
    fail(host, new Error('the host is broken'));
    await assert.rejects(running, { message: 'the host is broken' });
  });

  test("when our worker fails, the host's is stopped and run rejects with what happened", async () => {
    const { taskQueue, ...rest } = settings();
    const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }));
    const running = host.run();
    assert.equal(await cancel(taskQueue), 'CANCELLED');
    const ours = created.find(({ options }) => options.taskQueue === taskQueue) ?? assert.fail();
    fail(ours.worker, new Error('ours is broken'));
    await assert.rejects(running, (error) => {
      assert.ok(error instanceof WorkerError);
      assert.equal(error.code, 'FAILED');
      assert.match(error.message, new RegExp(`task queue "${taskQueue}" failed: ours is broken`));
      assert.equal((error.cause as Error).message, 'ours is broken');
      return true;
    });
    assert.equal(host.getState(), 'STOPPED');
  });

  test('when our worker cannot start, the same', async () => {
    // The SDK refuses the name. A later error, such as a missing namespace, would leave a thread of the SDK running.
    const plugin = () => new GoogleOperationsPlugin({ ...settings(), taskQueue: '__temporal_reserved' });
    const host = await hostWith(plugin());
    await assert.rejects(host.run(), { name: 'WorkerError', code: 'FAILED', message: /__temporal_reserved/ });
    const other = await hostWith(plugin());
    await assert.rejects(other.runUntil(new Promise(() => {})), (error: Error) => {
      assert.match(JSON.stringify((error.cause as { workerError: Error }).workerError), /FAILED/);
      return true;
    });
  });

  test("payloads go through the host's codecs, those of a plugin that comes later too", async () => {
    const { taskQueue, ...rest } = settings();
    const plugin = new GoogleOperationsPlugin({ taskQueue, ...rest });
    const encrypting = {
      name: 'encrypting',
      configureWorker: (options: WorkerOptions) => ({ ...options, dataConverter }),
    };
    const host = await hostWith(plugin, { plugins: [plugin, encrypting] });
    const client = new Client({ connection: world.client.connection, dataConverter });
    const name = world.operation();
    const operations = new GoogleOperations(client, { taskQueue });
    await host.runUntil(async () => {
      const bulk = await operations.cancelAll({ names: [name] });
      assert.deepEqual((await bulk.result()).outcomes, { CANCELLED: 1 });
      const handle = operations.getHandle(name);
      const status = await handle.status();
      assert.equal(status.outcome, 'CANCELLED');
      const events = await eventsOf(client.workflow.getHandle(handle.workflowId));
      const payloads = events.flatMap(
        (event) => event.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [],
      );
      assert.equal(payloads.length, 1);
      assert.ok(payloads.every(({ metadata }) => metadata?.['mirrored']));
    });
  });

  test("a payload converter of the host's own is that of our workflows too", async () => {
    const { taskQueue, ...rest } = settings();
    const plugin = new GoogleOperationsPlugin({ taskQueue, ...rest });
    const converters = { payloadConverterPath: CONVERTER };
    // The host's workflows are bundled with its converter, as Temporal asks for.
    const bundle = await bundleWorkflowCode({
      workflowsPath: WORKFLOWS,
      logger: new DefaultLogger('WARN'),
      ...converters,
    });
    const host = await hostWith(plugin, { dataConverter: converters, workflowBundle: bundle });
    const client = new Client({ connection: world.client.connection, dataConverter: converters });
    await host.runUntil(async () => {
      assert.equal(await cancel(taskQueue, client), 'CANCELLED');
      const name = world.operation();
      const handle = await new GoogleOperations(client, { taskQueue }).watch({ name });
      // A payload of another converter is taken for an abort without a reason, and fails no workflow task.
      await world.client.workflow.getHandle(handle.workflowId).signal('abort', { reason: 'unreadable' });
      const { outcome, cancellation } = await handle.result();
      assert.deepEqual([outcome, cancellation.reason], ['CANCELLED', undefined]);
    });
  });

  test('hosts on one connection share one worker of ours, which outlives the one that was first', async () => {
    const { taskQueue, ...rest } = settings();
    const start = async () => {
      const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }));
      return { host, running: host.run() };
    };
    const first = await start();
    assert.equal(await cancel(taskQueue), 'CANCELLED');
    const second = await start();
    first.host.shutdown();
    await first.running;
    assert.equal(await cancel(taskQueue), 'CANCELLED');
    second.host.shutdown();
    const third = await start();
    assert.equal(await cancel(taskQueue), 'CANCELLED');
    third.host.shutdown();
    await Promise.all([second.running, third.running]);
  });

  test('a second host with other settings for the same task queue fails, and the first goes on', async () => {
    const { taskQueue, ...rest } = settings();
    const first = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }));
    await first.runUntil(async () => {
      assert.equal(await cancel(taskQueue), 'CANCELLED');
      const other = new GoogleOperationsPlugin({ taskQueue, ...rest, requestsPerMinute: 7 });
      await assert.rejects((await hostWith(other)).run(), { name: 'WorkerError', message: /other settings/ });
      assert.equal(await cancel(taskQueue), 'CANCELLED');
    });
  });

  test('hosts on several connections share the activities, which have one limit of requests', async (t) => {
    const queues = [`plugin-${randomUUID()}`, `plugin-${randomUUID()}`];
    const own = await NativeConnection.connect({ address: world.address });
    t.after(() => own.close());
    const google = { emulatorHost: world.emulator.host };
    for (const [index, taskQueue] of queues.entries()) {
      const plugin = new GoogleOperationsPlugin({ taskQueue, google, requestsPerMinute: 600, env: {} });
      const host = await hostWith(plugin, { connection: index === 0 ? connection : own });
      assert.equal(await host.runUntil(cancel(taskQueue)), 'CANCELLED');
    }
    const ours = created.filter(({ options }) => queues.includes(options.taskQueue ?? ''));
    assert.equal(ours.length, 2);
    assert.equal(ours[0]?.options.activities, ours[1]?.options.activities);
  });

  test("the host's Worker Versioning is not taken over, nor that of the environment", async () => {
    const { taskQueue, ...rest } = settings();
    const env = { WORKER_DEPLOYMENT_NAME: 'environment', WORKER_BUILD_ID: '1', TEMPORAL_TASK_QUEUE: 'other' };
    const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest, env }), {
      workerDeploymentOptions: {
        // It is never made current, so its worker gets no work.
        version: { deploymentName: `host-${randomUUID()}`, buildId: '1' },
        useWorkerVersioning: true,
        defaultVersioningBehavior: 'PINNED',
      },
    });
    assert.equal(await host.runUntil(cancel(taskQueue)), 'CANCELLED');
  });

  test('the patches of the environment, or those of the option in their place, are on in our worker alone', async () => {
    const cases = [
      [{}, undefined],
      [{ env: { WORKER_PATCHES: 'first,second' } }, ['first', 'second']],
      [{ env: { WORKER_PATCHES: 'first,second' }, patches: ['second'] }, ['second']],
      [{ patches: [] }, []],
    ] as const;
    for (const [given, on] of cases) {
      const { taskQueue, ...rest } = settings();
      const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest, ...given }));
      await host.runUntil(cancel(taskQueue));
      const isOn = created.find(({ options }) => options.taskQueue === taskQueue)?.options.patchActivationCallback;
      const asked = ['first', 'second'].filter((patchId) => isOn?.({ patchId } as never));
      assert.deepEqual(isOn && asked, on);
      assert.equal(host.options.patchActivationCallback, undefined);
    }
  });

  test('a plugin that is on the connection runs one worker of ours beside each host, and none beside ours', async () => {
    const { taskQueue, ...rest } = settings();
    const plugin = new GoogleOperationsPlugin({ taskQueue, ...rest });
    const own = await NativeConnection.connect({ address: world.address, plugins: [plugin] });
    const host = await hostWith(plugin, { connection: own, plugins: [] });
    assert.equal(await host.runUntil(cancel(taskQueue)), 'CANCELLED');
    await own.close();
  });

  test('a connection that replaces that of the host is used by ours too', async () => {
    const { taskQueue, ...rest } = settings();
    const [old, fresh] = [
      await NativeConnection.connect({ address: world.address }),
      await NativeConnection.connect({ address: world.address }),
    ];
    const host = await hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }), { connection: old });
    await host.runUntil(async () => {
      assert.equal(await cancel(taskQueue), 'CANCELLED');
      host.connection = fresh;
      await closed(old);
      assert.equal(await cancel(taskQueue), 'CANCELLED');
    });
    await fresh.close();
  });

  test('the task queue of the host is refused when its worker is created', async () => {
    const { taskQueue, ...rest } = settings();
    const creating = hostWith(new GoogleOperationsPlugin({ taskQueue, ...rest }), { taskQueue });
    await assert.rejects(creating, (error) => error instanceof ConfigError && error.message.includes(taskQueue));
  });
});

describe('the settings of GoogleOperationsPlugin', () => {
  test('come from the environment, and an error names each bad variable', () => {
    assert.throws(
      () => new GoogleOperationsPlugin({ env: { GOOGLE_SERVICES: 'X', GOOGLE_REQUESTS_PER_MINUTE: 'many' } }),
      (error) => error instanceof ConfigError && /GOOGLE_SERVICES[^]*GOOGLE_REQUESTS_PER_MINUTE/.test(error.message),
    );
    // No variable of the connection to Temporal is read.
    assert.ok(new GoogleOperationsPlugin({ env: { TEMPORAL_TLS: 'nonsense', LOG_LEVEL: 'nonsense' } }));
  });

  test('take the place of the environment one by one, and are checked as it is', () => {
    const env = { GOOGLE_SERVICES: 'X', ALLOWED_OPERATIONS: '', GOOGLE_REQUESTS_PER_MINUTE: 'many' };
    const google = { services: ['*'], operations: ['projects/p/**'] };
    assert.ok(new GoogleOperationsPlugin({ env, google, requestsPerMinute: 0 }));
    for (const [bad, variable] of [
      [{ google: { services: [] } }, 'GOOGLE_SERVICES'],
      [{ google: { operations: ['a//b'] } }, 'ALLOWED_OPERATIONS'],
      [{ google: { endpoints: { 'documentai.googleapis.com': 'http://x' } } }, 'GOOGLE_ENDPOINTS'],
      [{ google: { universeDomain: 'no domain' } }, 'GOOGLE_CLOUD_UNIVERSE_DOMAIN'],
      [{ google: { emulatorHost: 'localhost' } }, 'OPERATIONS_EMULATOR_HOST'],
      [{ requestsPerMinute: -1 }, 'GOOGLE_REQUESTS_PER_MINUTE'],
      [{ patches: ['no id'] }, 'WORKER_PATCHES'],
    ] as const)
      assert.throws(() => new GoogleOperationsPlugin({ env: {}, ...bad }), { message: new RegExp(variable) });
  });
});

/** Makes a worker fail as after an unexpected error. */
function fail(worker: Worker, error: Error): void {
  (Reflect.get(worker, 'unexpectedErrorSubject') as { error(error: Error): void }).error(error);
}

/** Closes a connection once no worker holds it. */
async function closed(connection: NativeConnection): Promise<void> {
  for (;;) {
    try {
      await connection.close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
